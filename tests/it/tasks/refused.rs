//! What cannot be done to a task, and by whom.

use std::fmt::Debug;

use qun_domain::access::{Capability, KeyScope, Position, Rank, Role};
use qun_domain::command::{Command, Failure};
use qun_domain::id::TaskId;
use qun_domain::scope::Scope;
use qun_domain::tasks::{
    CancelTask, CancelTaskRefusal, ConfirmTask, ConfirmTaskRefusal, CreateTask, CreateTaskRefusal,
    EscalateTask, EscalateTaskRefusal, HandOverTask, HandOverTaskRefusal, NewTask, Note, Proof, ProofKind,
    ReassignTask, ReassignTaskRefusal, SendBackTask, SendBackTaskRefusal, SubmitTask, SubmitTaskRefusal,
    VerifyTask, VerifyTaskRefusal,
};
use qun_domain::time::Timestamp;
use qun_infra::db::{OrgScope, OrgTx};

use super::{HOUR, done, new, text};
use crate::harness::{Org, TestQun, on_both, who};

on_both!(
    what_is_not_there_or_foreign_is_not_found,
    a_task_that_cannot_be_is_not_given,
    nobody_verifies_what_he_submitted_himself,
    the_proof_is_the_one_that_is_asked_for,
    each_state_has_its_refusals,
    who_lacks_the_capability_does_nothing,
    who_manages_one_group_manages_no_other,
);

fn reason() -> Note {
    "because".parse().expect("a reason")
}

fn reference() -> Proof {
    Proof::new(ProofKind::Confirmation, Some("4711")).expect("a proof")
}

fn given_to(task: TaskId, assignee: &OrgScope) -> ReassignTask {
    ReassignTask { task, assignee: who(assignee), backup: None, due_at: None, note: None }
}

async fn what_is_not_there_or_foreign_is_not_found(qun: &TestQun) {
    let Org { owner, stranger, .. } = qun.with_org().await;
    let theirs = qun.done(&stranger, CreateTask(new(qun, &stranger))).await.id;
    for task in [theirs, qun.ids.make()] {
        assert_eq!(qun.refused(&owner, done(task)).await, SubmitTaskRefusal::NoSuchTask);
        let command = ConfirmTask { task, reference: reference() };
        assert_eq!(qun.refused(&owner, command).await, ConfirmTaskRefusal::NoSuchTask);
        let command = VerifyTask { task, note: None };
        assert_eq!(qun.refused(&owner, command).await, VerifyTaskRefusal::NoSuchTask);
        let command = SendBackTask { task, reason: reason(), due_at: None };
        assert_eq!(qun.refused(&owner, command).await, SendBackTaskRefusal::NoSuchTask);
        assert_eq!(qun.refused(&owner, given_to(task, &owner)).await, ReassignTaskRefusal::NoSuchTask);
        let command = HandOverTask { task, note: None };
        assert_eq!(qun.refused(&owner, command).await, HandOverTaskRefusal::NoSuchTask);
        let command = CancelTask { task, reason: reason() };
        assert_eq!(qun.refused(&owner, command).await, CancelTaskRefusal::NoSuchTask);
        assert_eq!(qun.refused(&owner, EscalateTask { task }).await, EscalateTaskRefusal::NoSuchTask);
    }
    let ours = qun.done(&owner, CreateTask(new(qun, &owner))).await.id;
    assert_eq!(qun.refused(&owner, given_to(ours, &stranger)).await, ReassignTaskRefusal::NoSuchAssignee);
    let backed = ReassignTask { backup: Some(who(&stranger)), ..given_to(ours, &owner) };
    assert_eq!(qun.refused(&owner, backed).await, ReassignTaskRefusal::NoSuchBackup);
}

async fn a_task_that_cannot_be_is_not_given(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    let (group, community) =
        (qun.group(&stranger, "Theirs", None).await.id, qun.community(&stranger, "Theirs").await.id);
    let fine = || NewTask { subject: Some("note:1".parse().expect("a subject")), ..new(qun, &reader) };
    let now = qun.clock.now();
    let year = 366 * Timestamp::DAY;
    qun.done(&owner, CreateTask(NewTask { due_at: now.plus_millis(year), ..fine() })).await;
    for (task, refusal) in [
        (NewTask { place: Scope::Group(group), ..fine() }, CreateTaskRefusal::NoSuchPlace),
        (NewTask { place: Scope::Community(community), ..fine() }, CreateTaskRefusal::NoSuchPlace),
        (NewTask { assignee: who(&stranger), ..fine() }, CreateTaskRefusal::NoSuchAssignee),
        (NewTask { assignee: qun.ids.make(), ..fine() }, CreateTaskRefusal::NoSuchAssignee),
        (NewTask { backup: Some(who(&stranger)), ..fine() }, CreateTaskRefusal::NoSuchBackup),
        (NewTask { backup: Some(who(&reader)), ..fine() }, CreateTaskRefusal::BackupIsAssignee),
        (NewTask { due_at: now, ..fine() }, CreateTaskRefusal::DueOutOfRange),
        (NewTask { due_at: now.plus_millis(year + 1), ..fine() }, CreateTaskRefusal::DueOutOfRange),
        (fine(), CreateTaskRefusal::AlreadyOpen),
    ] {
        assert_eq!(qun.refused(&owner, CreateTask(task)).await, refusal);
    }
    qun.done(&owner, CreateTask(NewTask { assignee: who(&owner), ..fine() })).await;
}

async fn nobody_verifies_what_he_submitted_himself(qun: &TestQun) {
    let Org { owner, admin, .. } = qun.with_org().await;
    let task =
        qun.done(&owner, CreateTask(NewTask { needs_verification: true, ..new(qun, &owner) })).await.id;
    qun.done(&owner, done(task)).await;
    let verify = || VerifyTask { task, note: None };
    assert_eq!(qun.refused(&owner, verify()).await, VerifyTaskRefusal::OwnWork);
    let bot = qun.key(&owner, &[KeyScope::Read, KeyScope::ManageTasks]).await;
    assert_eq!(qun.refused(&bot, verify()).await, VerifyTaskRefusal::NeedsPerson);
    qun.done(&admin, verify()).await;
    assert_eq!(qun.refused(&owner, verify()).await, VerifyTaskRefusal::OwnWork);
}

async fn the_proof_is_the_one_that_is_asked_for(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let bot = qun.key(&owner, &[KeyScope::Read, KeyScope::ManageTasks]).await;
    let hash = Proof::new(ProofKind::Screenshot, Some(&"0".repeat(64))).expect("a proof");
    let proofs = [Proof::NOTHING, text("so"), hash, reference()];
    for asked in ProofKind::ALL {
        for proof in &proofs {
            let task = qun.done(&owner, CreateTask(NewTask { proof: *asked, ..new(qun, &reader) })).await.id;
            let submit = SubmitTask { task, proof: proof.clone() };
            if proof.kind() == *asked && *asked != ProofKind::Confirmation {
                qun.done(&reader, submit).await;
            } else {
                assert_eq!(qun.refused(&reader, submit).await, SubmitTaskRefusal::WrongProof, "{asked:?}");
            }
            let confirm = ConfirmTask { task, reference: proof.clone() };
            assert_eq!(qun.refused(&owner, confirm.clone()).await, ConfirmTaskRefusal::NotAMachine);
            if *asked == ProofKind::Confirmation && *proof == reference() {
                qun.done(&bot, confirm).await;
            } else {
                assert_eq!(qun.refused(&bot, confirm).await, ConfirmTaskRefusal::WrongProof, "{asked:?}");
            }
        }
    }
}

async fn each_state_has_its_refusals(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let bot = qun.key(&owner, &[KeyScope::Read, KeyScope::ManageTasks]).await;
    let given = NewTask { proof: ProofKind::Confirmation, needs_verification: true, ..new(qun, &reader) };
    let task = qun.done(&owner, CreateTask(given)).await.id;
    let verify = || VerifyTask { task, note: None };
    let back = || SendBackTask { task, reason: reason(), due_at: None };
    assert_eq!(qun.refused(&admin, verify()).await, VerifyTaskRefusal::NothingToVerify);
    assert_eq!(qun.refused(&admin, back()).await, SendBackTaskRefusal::NothingToVerify);
    assert_eq!(qun.refused(&admin, EscalateTask { task }).await, EscalateTaskRefusal::NotDue);
    let hand_over = || HandOverTask { task, note: None };
    assert_eq!(qun.refused(&reader, hand_over()).await, HandOverTaskRefusal::NoBackup);
    assert_eq!(qun.refused(&admin, hand_over()).await, HandOverTaskRefusal::NotYours);
    let own = ReassignTask { backup: Some(who(&reader)), ..given_to(task, &reader) };
    assert_eq!(qun.refused(&owner, own).await, ReassignTaskRefusal::BackupIsAssignee);
    let late = ReassignTask { due_at: Some(qun.clock.now()), ..given_to(task, &reader) };
    assert_eq!(qun.refused(&owner, late).await, ReassignTaskRefusal::DueOutOfRange);

    qun.done(&bot, ConfirmTask { task, reference: reference() }).await;
    let other = Proof::new(ProofKind::Confirmation, Some("4712")).expect("a proof");
    let confirm = ConfirmTask { task, reference: other };
    assert_eq!(qun.refused(&bot, confirm).await, ConfirmTaskRefusal::NotOpen);
    assert_eq!(qun.refused(&owner, given_to(task, &admin)).await, ReassignTaskRefusal::NotOpen);
    let late = SendBackTask { due_at: Some(qun.clock.now()), ..back() };
    assert_eq!(qun.refused(&admin, late).await, SendBackTaskRefusal::DueOutOfRange);
    qun.advance_to(qun.clock.now().plus_millis(100 * HOUR));
    assert_eq!(qun.refused(&owner, EscalateTask { task }).await, EscalateTaskRefusal::NotDue);

    qun.done(&admin, verify()).await;
    assert_eq!(qun.refused(&admin, back()).await, SendBackTaskRefusal::NothingToVerify);
    let cancel = CancelTask { task, reason: reason() };
    assert_eq!(qun.refused(&admin, cancel).await, CancelTaskRefusal::Over);
    let plain =
        qun.done(&owner, CreateTask(NewTask { backup: Some(who(&admin)), ..new(qun, &reader) })).await.id;
    qun.done(&reader, done(plain)).await;
    let twice = HandOverTask { task: plain, note: None };
    assert_eq!(qun.refused(&reader, twice).await, HandOverTaskRefusal::NotOpen);
    let cancel = CancelTask { task: plain, reason: reason() };
    assert_eq!(qun.refused(&admin, cancel).await, CancelTaskRefusal::Over);
    assert_eq!(
        qun.refused(&owner, VerifyTask { task: plain, note: None }).await,
        VerifyTaskRefusal::NothingToVerify
    );
}

/// Runs a command for who lacks its capability.
async fn forbidden<C>(qun: &TestQun, scope: &OrgScope, command: C) -> Capability
where
    C: Command<OrgTx>,
    C::Out: Debug,
    C::Refusal: Debug,
{
    match qun.writer.execute(scope, command).await {
        Err(Failure::Forbidden(capability)) => capability,
        other => panic!("{}: {other:?}", C::NAME),
    }
}

async fn who_lacks_the_capability_does_nothing(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let task = qun.done(&owner, CreateTask(new(qun, &reader))).await.id;
    let manages = Capability::ManageTasks;
    assert_eq!(forbidden(qun, &reader, CreateTask(new(qun, &reader))).await, manages);
    assert_eq!(forbidden(qun, &reader, ConfirmTask { task, reference: reference() }).await, manages);
    assert_eq!(forbidden(qun, &reader, VerifyTask { task, note: None }).await, manages);
    assert_eq!(forbidden(qun, &reader, SendBackTask { task, reason: reason(), due_at: None }).await, manages);
    assert_eq!(forbidden(qun, &reader, given_to(task, &owner)).await, manages);
    assert_eq!(forbidden(qun, &reader, CancelTask { task, reason: reason() }).await, manages);
    assert_eq!(forbidden(qun, &reader, EscalateTask { task }).await, manages);
    let bot = qun.key(&owner, &[KeyScope::Read, KeyScope::ManageTasks]).await;
    assert_eq!(forbidden(qun, &bot, done(task)).await, Capability::WorkOnTasks);
    assert_eq!(forbidden(qun, &bot, HandOverTask { task, note: None }).await, Capability::WorkOnTasks);
}

async fn who_manages_one_group_manages_no_other(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let here = Scope::Group(qun.group(&owner, "Garden", None).await.id);
    let there = Scope::Group(qun.group(&owner, "Desert", None).await.id);
    let manager = Position::ranked(Role::ContentEditor, Rank::Senior, here);
    let manager = qun.joined("acme", "manager", manager).await;
    let at = |place| NewTask { place, needs_verification: true, ..new(qun, &reader) };
    let manages = Capability::ManageTasks;
    let own = qun.done(&manager, CreateTask(at(here))).await.id;
    assert_eq!(forbidden(qun, &manager, CreateTask(at(there))).await, manages);
    assert_eq!(forbidden(qun, &manager, CreateTask(at(Scope::Organization))).await, manages);
    let task = qun.done(&owner, CreateTask(at(there))).await.id;
    assert_eq!(forbidden(qun, &manager, given_to(task, &manager)).await, manages);
    assert_eq!(forbidden(qun, &manager, CancelTask { task, reason: reason() }).await, manages);
    for task in [own, task] {
        qun.done(&reader, done(task)).await;
    }
    assert_eq!(forbidden(qun, &manager, VerifyTask { task, note: None }).await, manages);
    assert_eq!(
        forbidden(qun, &manager, SendBackTask { task, reason: reason(), due_at: None }).await,
        manages
    );
    qun.done(&manager, VerifyTask { task: own, note: None }).await;
}
