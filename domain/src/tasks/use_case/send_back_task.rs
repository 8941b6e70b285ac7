use serde_json::json;

use super::may_be_due;
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place};
use crate::id::TaskId;
use crate::tasks::open::{kept, patience};
use crate::tasks::{NotNow, Note, StepKind, Task, TaskStep, TasksPort};
use crate::time::Timestamp;

/// Finds a task not done that was submitted: its assignee is to do it again.
#[derive(Clone, Debug)]
pub struct SendBackTask {
    /// The task.
    pub task: TaskId,
    /// What is missing.
    pub reason: Note,
    /// Until when from now on; as before when none.
    pub due_at: Option<Timestamp>,
}

/// Why a task was not sent back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendBackTaskRefusal {
    /// There is no such task.
    NoSuchTask,
    /// A task is due in the future, at most a year ahead.
    DueOutOfRange,
    /// It does not wait to be verified.
    NothingToVerify,
}

impl<Tx: TasksPort> Command<Tx> for SendBackTask {
    const NAME: &'static str = "tasks.send_back";
    const CAPABILITY: Capability = Capability::ManageTasks;
    type Out = Task;
    type Refusal = SendBackTaskRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Task, SendBackTaskRefusal> {
        let task = tx.task(self.task).await?.or_refuse(SendBackTaskRefusal::NoSuchTask)?;
        tx.admit(Capability::ManageTasks, task.place)?;
        let now = tx.now();
        if self.due_at.is_some_and(|due_at| !may_be_due(due_at, now)) {
            return Err(Failure::Refused(SendBackTaskRefusal::DueOutOfRange));
        }
        let patience = patience(tx, task.place).await?;

        let (with, due_at) = (task.assignee, self.due_at.unwrap_or(task.due_at));
        let open = task.returned(due_at, patience, now).map_err(told)?;
        let step = TaskStep::of(StepKind::SentBack).because(Some(&self.reason));
        let open = kept(tx, with, open, step).await?;
        tx.audit(
            format!("task:{}", open.id),
            json!({ "state": open.state.code(), "reason": self.reason.as_str(), "times": open.sent_back }),
        );
        Ok(open)
    }
}

fn told(_: NotNow) -> Failure<SendBackTaskRefusal> {
    Failure::Refused(SendBackTaskRefusal::NothingToVerify)
}
