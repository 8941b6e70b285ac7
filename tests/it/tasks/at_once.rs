//! Two who do something to one task at once.

use futures_util::future::join;
use qun_domain::command::Failure;
use qun_domain::tasks::{
    CreateTask, CreateTaskRefusal, EscalateTask, EscalateTaskRefusal, NewTask, ProofKind, SubmitTask,
    SubmitTaskRefusal, TaskState,
};

use super::{done, history, new, text};
use crate::harness::{Org, TestQun, on_both, who};

on_both!(
    of_two_submissions_one_wins,
    of_two_that_give_the_same_task_one_wins,
    what_is_submitted_and_goes_further_at_once_does_one_of_them,
);

/// How often each pair is tried.
const TIMES: u32 = 8;

async fn of_two_submissions_one_wins(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    for _ in 0..TIMES {
        let given = NewTask { proof: ProofKind::Text, ..new(qun, &reader) };
        let task = qun.done(&owner, CreateTask(given)).await.id;
        let submit = |proof| qun.writer.execute(&reader, SubmitTask { task, proof: text(proof) });
        let (one, other) = join(submit("one"), submit("other")).await;
        let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
        let won = won.expect("one of them");
        assert!(matches!(lost, Err(Failure::Refused(SubmitTaskRefusal::NotOpen))), "{lost:?}");
        let told = history(qun, &owner, task).await;
        assert_eq!((told.len(), told[1].proof.clone()), (2, won.given));
    }
}

async fn of_two_that_give_the_same_task_one_wins(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    for number in 0..TIMES {
        let subject = format!("note:{number}").parse().expect("a subject");
        let given = NewTask { subject: Some(subject), ..new(qun, &reader) };
        let (one, other) = join(
            qun.writer.execute(&owner, CreateTask(given.clone())),
            qun.writer.execute(&admin, CreateTask(given)),
        )
        .await;
        let lost = if one.is_ok() { other } else { one };
        assert!(matches!(lost, Err(Failure::Refused(CreateTaskRefusal::AlreadyOpen))), "{lost:?}");
    }
}

async fn what_is_submitted_and_goes_further_at_once_does_one_of_them(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    for _ in 0..TIMES {
        let given = NewTask { backup: Some(who(&admin)), ..new(qun, &reader) };
        let task = qun.done(&owner, CreateTask(given)).await;
        qun.advance_to(task.escalates_at.expect("an open task"));
        let (submitted, escalated) = join(
            qun.writer.execute(&reader, done(task.id)),
            qun.writer.execute(&owner, EscalateTask { task: task.id }),
        )
        .await;
        match (submitted, escalated) {
            (Ok(task), Err(Failure::Refused(EscalateTaskRefusal::NotDue))) => {
                assert_eq!((task.state, task.assignee), (TaskState::Done, who(&reader)));
            }
            (Err(Failure::Refused(SubmitTaskRefusal::NotYours)), Ok(task)) => {
                assert_eq!((task.state, task.assignee), (TaskState::Open, who(&admin)));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(history(qun, &owner, task.id).await.len(), 2);
    }
}
