//! Human tasks: who does what until when, and what comes of it.

mod about;
mod at_once;
mod escalation;
mod figures;
mod lifecycle;
mod refused;

use qun_domain::id::{AccountId, TaskId};
use qun_domain::scope::Scope;
use qun_domain::tasks::{NewTask, Proof, ProofKind, StepKind, SubmitTask, TaskKind};
use qun_infra::db::OrgScope;
use qun_infra::tasks::{StepPage, TaskStepRow, step_pages};

use crate::harness::{TestQun, who};

/// A minute.
const MINUTE: i64 = 60_000;
/// An hour.
const HOUR: i64 = 60 * MINUTE;

/// A task of the organization that is due in a day and asks for nothing.
fn new(qun: &TestQun, assignee: &OrgScope) -> NewTask {
    NewTask {
        place: Scope::Organization,
        kind: TaskKind::General,
        title: "Water the roses".parse().expect("a title"),
        body: None,
        copy_text: None,
        subject: None,
        assignee: who(assignee),
        backup: None,
        due_at: qun.clock.now().plus_millis(24 * HOUR),
        proof: ProofKind::None,
        needs_verification: false,
    }
}

fn text(text: &str) -> Proof {
    Proof::new(ProofKind::Text, Some(text)).expect("a proof")
}

/// The word that a task is done, without more.
fn done(task: TaskId) -> SubmitTask {
    SubmitTask { task, proof: Proof::NOTHING }
}

/// The history of a task.
async fn history(qun: &TestQun, scope: &OrgScope, task: TaskId) -> Vec<TaskStepRow> {
    let pages = [StepPage { task, after: None, limit: 100 }];
    step_pages(&qun.read(scope), &pages).await.expect("a history").remove(0)
}

/// What its steps did, and with whom it was after each.
async fn steps(qun: &TestQun, scope: &OrgScope, task: TaskId) -> Vec<(StepKind, AccountId)> {
    history(qun, scope, task).await.into_iter().map(|step| (step.kind, step.assignee)).collect()
}

/// How many events of tasks were told.
async fn told(qun: &TestQun) -> i64 {
    let sql = "SELECT COUNT(*) FROM outbox WHERE name = 'tasks.task_changed'";
    qun.system().await.count(sql, vec![]).await
}
