//! Other contexts open and close tasks in their own transactions.

use qun_domain::access::{AuditPort, Capability};
use qun_domain::command::{Command, Outcome};
use qun_domain::id::AccountId;
use qun_domain::tasks::{
    CreateTask, NewTask, Opened, ReassignTask, StepKind, Subject, TaskKind, TaskState, VerifyTask,
    close_tasks_of, open_task, pass_on_tasks_of,
};
use qun_infra::db::OrgTx;
use qun_infra::tasks::tasks_by_id;
use serde_json::json;

use super::{HOUR, done, history, new, told};
use crate::harness::{Org, TestQun, on_both, who};

on_both!(
    opened_again_it_is_there,
    it_is_there_whoever_it_is_with,
    when_it_is_over_there_may_be_another,
    what_happened_is_done_and_the_rest_is_cancelled,
    the_tasks_of_who_leaves_are_given_on,
);

/// What a use case of another context does to tasks.
#[derive(Clone, Default)]
struct Elsewhere {
    open: Vec<NewTask>,
    close: Option<(Subject, Option<AccountId>)>,
    leaves: Option<AccountId>,
}

impl Command<OrgTx> for Elsewhere {
    const NAME: &'static str = "tests.tasks";
    const CAPABILITY: Capability = Capability::Read;
    type Out = (Vec<Opened>, u32);
    type Refusal = std::convert::Infallible;

    async fn run(self, tx: &mut OrgTx) -> Outcome<Self::Out, Self::Refusal> {
        let mut opened = Vec::new();
        for new in self.open {
            opened.push(open_task(tx, new).await?);
        }
        let mut closed = 0;
        if let Some((subject, done_by)) = self.close {
            let note = "decided".parse().expect("a note");
            closed = close_tasks_of(tx, &subject, done_by, Some(&note)).await?;
        }
        if let Some(leaver) = self.leaves {
            let note = "left".parse().expect("a note");
            closed += pass_on_tasks_of(tx, leaver, Some(&note)).await?;
        }
        let made = opened.iter().filter(|opened| matches!(opened, Opened::New(_))).count();
        let steps = made + usize::try_from(closed).expect("a count");
        tx.audit("elsewhere".to_owned(), json!({ "opened": made, "steps": steps }));
        Ok((opened, closed))
    }
}

fn subject() -> Subject {
    "proposal:1".parse().expect("a subject")
}

fn about(qun: &TestQun, assignee: &qun_infra::db::OrgScope) -> NewTask {
    NewTask { kind: TaskKind::Proposal, subject: Some(subject()), ..new(qun, assignee) }
}

async fn opened_again_it_is_there(qun: &TestQun) {
    let Org { admin, reader, .. } = qun.with_org().await;
    // What is asked for may be due already.
    let late = |scope| NewTask { due_at: qun.clock.now().plus_millis(-HOUR), ..about(qun, scope) };
    let twice = Elsewhere { open: vec![late(&reader), late(&reader), late(&admin)], ..Elsewhere::default() };
    let (opened, _) = qun.done(&reader, twice.clone()).await;
    let [Opened::New(first), Opened::There(again), Opened::New(_)] = &opened[..] else {
        panic!("{opened:?}")
    };
    assert_eq!(first, again);
    assert_eq!(first.escalates_at, Some(qun.clock.now().plus_millis(4 * HOUR)));
    let (opened, _) = qun.done(&reader, twice).await;
    assert!(opened.iter().all(|opened| matches!(opened, Opened::There(_))), "{opened:?}");
    assert_eq!(told(qun).await, 2);
    let other = NewTask { kind: TaskKind::Training, ..about(qun, &reader) };
    let (opened, _) = qun.done(&reader, Elsewhere { open: vec![other], ..Elsewhere::default() }).await;
    assert!(matches!(opened[0], Opened::New(_)), "of another kind");
}

async fn it_is_there_whoever_it_is_with(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let open = Elsewhere { open: vec![about(qun, &reader)], ..Elsewhere::default() };
    let (opened, _) = qun.done(&reader, open.clone()).await;
    let task = opened[0].clone().into_task().id;
    let to = ReassignTask { task, assignee: who(&admin), backup: None, due_at: None, note: None };
    qun.done(&owner, to).await;
    let (opened, _) = qun.done(&reader, open).await;
    let Opened::There(found) = &opened[0] else { panic!("{opened:?}") };
    assert_eq!((found.id, found.assignee), (task, who(&admin)));
}

async fn when_it_is_over_there_may_be_another(qun: &TestQun) {
    let Org { admin, reader, .. } = qun.with_org().await;
    let open = Elsewhere {
        open: vec![NewTask { needs_verification: true, ..about(qun, &reader) }],
        ..Elsewhere::default()
    };
    let (opened, _) = qun.done(&reader, open.clone()).await;
    let task = opened[0].clone().into_task().id;
    qun.done(&reader, done(task)).await;
    let (opened, _) = qun.done(&reader, open.clone()).await;
    assert!(matches!(opened[0], Opened::There(_)), "it waits to be verified");
    qun.done(&admin, VerifyTask { task, note: None }).await;
    let (opened, _) = qun.done(&reader, open).await;
    assert!(matches!(opened[0], Opened::New(_)));
}

async fn what_happened_is_done_and_the_rest_is_cancelled(qun: &TestQun) {
    let Org { owner, admin, reader, stranger, .. } = qun.with_org().await;
    let theirs = qun.done(&stranger, CreateTask(about(qun, &stranger))).await.id;
    let waiting = NewTask { needs_verification: true, ..about(qun, &owner) };
    let open =
        Elsewhere { open: vec![about(qun, &reader), about(qun, &admin), waiting], ..Elsewhere::default() };
    let (opened, _) = qun.done(&reader, open).await;
    let ids: Vec<_> = opened.into_iter().map(|opened| opened.into_task().id).collect();
    qun.done(&owner, done(ids[2])).await;

    let close = Elsewhere { close: Some((subject(), Some(who(&admin)))), ..Elsewhere::default() };
    assert_eq!(qun.done(&reader, close.clone()).await.1, 2);
    assert_eq!(qun.done(&reader, close).await.1, 0, "closed again, there is nothing to close");
    let found = tasks_by_id(&qun.read(&owner), &ids).await.expect("tasks");
    let state = |id| found.iter().find(|task| task.id == id).expect("a task");
    assert_eq!(state(ids[0]).state, TaskState::Cancelled);
    assert_eq!((state(ids[1]).state, state(ids[1]).done_by), (TaskState::Done, Some(who(&admin))));
    assert_eq!((state(ids[2]).state, state(ids[2]).ended_at), (TaskState::Done, None));
    let last = history(qun, &owner, ids[1]).await.pop().expect("a step");
    assert_eq!((last.kind, last.note.as_deref()), (StepKind::Fulfilled, Some("decided")));
    let untouched = tasks_by_id(&qun.read(&stranger), &[theirs]).await.expect("tasks");
    assert_eq!(untouched[0].state, TaskState::Open);
}

async fn the_tasks_of_who_leaves_are_given_on(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let give = async |new| qun.done(&owner, CreateTask(new)).await.id;
    let backed = give(NewTask { backup: Some(who(&owner)), ..new(qun, &reader) }).await;
    let plain = give(new(qun, &reader)).await;
    let over = give(new(qun, &reader)).await;
    qun.done(&reader, done(over)).await;
    let other = give(NewTask { backup: Some(who(&reader)), ..new(qun, &admin) }).await;
    let leave = Elsewhere { leaves: Some(who(&reader)), ..Elsewhere::default() };
    assert_eq!(qun.done(&owner, leave.clone()).await.1, 2);
    assert_eq!(qun.done(&owner, leave).await.1, 0, "given on, there is nothing to give");
    for (task, with) in [(backed, &owner), (plain, &admin), (over, &reader), (other, &admin)] {
        let found = tasks_by_id(&qun.read(&owner), &[task]).await.expect("tasks").remove(0);
        assert_eq!((found.assignee, found.level), (who(with), 0));
    }
    let last = history(qun, &owner, plain).await.pop().expect("a step");
    assert_eq!((last.kind, last.note.as_deref()), (StepKind::Reassigned, Some("left")));
    let alone = Elsewhere { leaves: Some(who(&owner)), ..Elsewhere::default() };
    assert_eq!(qun.done(&admin, alone).await.1, 0, "nobody is above the owner");
}
