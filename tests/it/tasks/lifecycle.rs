//! A task is given, done, sent back, verified.

use qun_domain::access::KeyScope;
use qun_domain::scope::Scope;
use qun_domain::tasks::{
    CancelTask, ConfirmTask, CreateTask, HandOverTask, NewTask, Proof, ProofKind, ReassignTask, SendBackTask,
    StepKind, SubmitTask, SubmitTaskRefusal, Task, TaskState, VerifyTask,
};

use super::{HOUR, done, history, new, steps, text, told};
use crate::harness::{Org, TestQun, on_both, who};

on_both!(
    a_task_is_given_done_and_verified,
    without_verification_done_is_the_end,
    what_is_sent_back_is_done_again_and_nothing_is_forgotten,
    a_task_is_handed_to_its_backup,
    a_task_is_given_to_somebody_else,
    a_machine_confirms_what_it_has_seen,
    done_again_nothing_changes,
);

async fn a_task_is_given_done_and_verified(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let group = qun.group(&admin, "Garden", None).await;
    let given = NewTask {
        place: Scope::Group(group.id),
        body: Some("The tap is behind the house.".parse().expect("a text")),
        proof: ProofKind::Screenshot,
        needs_verification: true,
        backup: Some(who(&owner)),
        ..new(qun, &reader)
    };
    let task = qun.done(&admin, CreateTask(given)).await;
    assert_eq!(
        (task.state, task.given_to, task.level, task.ended_at),
        (TaskState::Open, who(&reader), 0, None)
    );
    assert_eq!(task.escalates_at, Some(task.due_at.plus_millis(4 * HOUR)));
    assert_eq!(task.created_by, format!("account:{}", who(&admin)));

    qun.advance_to(qun.clock.now().plus_millis(HOUR));
    let hash = "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08";
    let proof = Proof::new(ProofKind::Screenshot, Some(hash)).expect("a proof");
    let submitted = qun.done(&reader, SubmitTask { task: task.id, proof: proof.clone() }).await;
    assert_eq!((submitted.state, submitted.done_at), (TaskState::Done, Some(qun.clock.now())));
    assert_eq!((submitted.done_by, submitted.given), (Some(who(&reader)), Some(proof.clone())));
    assert_eq!((submitted.ended_at, submitted.escalates_at), (None, None));

    let note = Some("well done".parse().expect("a note"));
    let verified = qun.done(&admin, VerifyTask { task: task.id, note }).await;
    assert_eq!((verified.state, verified.ended_at), (TaskState::Verified, Some(qun.clock.now())));
    let told = history(qun, &reader, task.id).await;
    let actors: Vec<_> = told.iter().map(|step| (step.number, step.kind, step.actor.clone())).collect();
    let account = |scope| format!("account:{}", who(scope));
    assert_eq!(
        actors,
        [
            (1, StepKind::Created, account(&admin)),
            (2, StepKind::Submitted, account(&reader)),
            (3, StepKind::Verified, account(&admin)),
        ]
    );
    assert_eq!((told[1].proof.clone(), told[2].note.as_deref()), (Some(proof), Some("well done")));
}

async fn without_verification_done_is_the_end(qun: &TestQun) {
    let Org { admin, reader, .. } = qun.with_org().await;
    let task = qun.done(&admin, CreateTask(new(qun, &reader))).await;
    let over = qun.done(&reader, done(task.id)).await;
    assert_eq!((over.state, over.ended_at), (TaskState::Done, Some(qun.clock.now())));
}

async fn what_is_sent_back_is_done_again_and_nothing_is_forgotten(qun: &TestQun) {
    let Org { admin, reader, .. } = qun.with_org().await;
    let given = NewTask { proof: ProofKind::Text, needs_verification: true, ..new(qun, &reader) };
    let task = qun.done(&admin, CreateTask(given)).await.id;
    qun.done(&reader, SubmitTask { task, proof: text("half of it") }).await;
    qun.advance_to(qun.clock.now().plus_millis(30 * HOUR));
    let reason = "the other half".parse().expect("a reason");
    let due_at = qun.clock.now().plus_millis(HOUR);
    let open = qun.done(&admin, SendBackTask { task, reason, due_at: Some(due_at) }).await;
    assert_eq!((open.state, open.sent_back, open.due_at, open.given), (TaskState::Open, 1, due_at, None));
    assert_eq!((open.done_at, open.escalates_at), (None, Some(due_at.plus_millis(4 * HOUR))));
    qun.done(&reader, SubmitTask { task, proof: text("all of it") }).await;
    qun.done(&admin, VerifyTask { task, note: None }).await;

    let told = history(qun, &admin, task).await;
    let proofs: Vec<_> = told.iter().filter_map(|step| step.proof.as_ref()?.text()).collect();
    assert_eq!(proofs, ["half of it", "all of it"]);
    assert_eq!(told[2].note.as_deref(), Some("the other half"));
    assert_eq!(told.iter().map(|step| step.due_at).max(), Some(due_at));
}

async fn a_task_is_handed_to_its_backup(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let given = NewTask { backup: Some(who(&admin)), ..new(qun, &reader) };
    let task = qun.done(&owner, CreateTask(given)).await.id;
    let note = Some("on leave".parse().expect("a note"));
    let given = qun.done(&reader, HandOverTask { task, note }).await;
    assert_eq!((given.assignee, given.backup, given.given_to), (who(&admin), None, who(&reader)));
    assert_eq!(qun.refused(&reader, done(task)).await, SubmitTaskRefusal::NotYours);
    qun.done(&admin, done(task)).await;
    let told = steps(qun, &reader, task).await;
    assert_eq!(told[1], (StepKind::HandedOver, who(&admin)));
}

async fn a_task_is_given_to_somebody_else(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let task = qun.done(&admin, CreateTask(new(qun, &reader))).await;
    let due_at = Some(task.due_at.plus_millis(HOUR));
    let to =
        ReassignTask { task: task.id, assignee: who(&admin), backup: Some(who(&owner)), due_at, note: None };
    let given = qun.done(&admin, to).await;
    assert_eq!((given.assignee, given.backup, Some(given.due_at)), (who(&admin), Some(who(&owner)), due_at));
    assert_eq!(given.escalates_at, Some(given.due_at.plus_millis(4 * HOUR)));
    assert_eq!(qun.refused(&reader, done(task.id)).await, SubmitTaskRefusal::NotYours);
}

async fn a_machine_confirms_what_it_has_seen(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let bot = qun.key(&owner, &[KeyScope::Read, KeyScope::ManageTasks]).await;
    let given = NewTask { proof: ProofKind::Confirmation, needs_verification: true, ..new(qun, &reader) };
    let task = qun.done(&bot, CreateTask(given)).await.id;
    let reference = Proof::new(ProofKind::Confirmation, Some("message 4711")).expect("a proof");
    let confirmed = qun.done(&bot, ConfirmTask { task, reference: reference.clone() }).await;
    assert_eq!((confirmed.state, confirmed.done_by), (TaskState::Done, None));
    assert_eq!(confirmed.given, Some(reference));
    assert_eq!(confirmed.assignee, who(&reader), "whose work it was is not forgotten");
    qun.done(&owner, VerifyTask { task, note: None }).await;
    assert!(history(qun, &owner, task).await[1].actor.starts_with("api-key:"));
}

async fn done_again_nothing_changes(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let given = NewTask { proof: ProofKind::Text, needs_verification: true, ..new(qun, &reader) };
    let task = qun.done(&admin, CreateTask(given)).await.id;
    let to = ReassignTask { task, assignee: who(&reader), backup: None, due_at: None, note: None };
    let same = qun.done(&admin, to).await;
    assert_eq!(same.steps, 1);
    let submit = || SubmitTask { task, proof: text("so") };
    let twice: Vec<Task> = [qun.done(&reader, submit()).await, qun.done(&reader, submit()).await].into();
    assert_eq!(twice[0], twice[1]);
    let verify = || VerifyTask { task, note: None };
    assert_eq!(qun.done(&admin, verify()).await, qun.done(&owner, verify()).await);
    assert_eq!(qun.done(&reader, submit()).await.steps, 3, "what is verified was submitted");

    let other = qun.done(&admin, CreateTask(new(qun, &reader))).await.id;
    let cancel = || CancelTask { task: other, reason: "no need".parse().expect("a reason") };
    assert_eq!(qun.done(&admin, cancel()).await, qun.done(&owner, cancel()).await);
    assert_eq!(told(qun).await, 5, "three steps of the one and two of the other");
}
