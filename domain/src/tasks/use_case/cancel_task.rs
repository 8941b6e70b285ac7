use serde_json::json;

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place};
use crate::id::TaskId;
use crate::tasks::open::kept;
use crate::tasks::{NotNow, Note, StepKind, Task, TaskState, TaskStep, TasksPort};

/// Says that a task is not to be done any more.
#[derive(Clone, Debug)]
pub struct CancelTask {
    /// The task.
    pub task: TaskId,
    /// Why.
    pub reason: Note,
}

/// Why a task was not cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelTaskRefusal {
    /// There is no such task.
    NoSuchTask,
    /// It is over.
    Over,
}

impl<Tx: TasksPort> Command<Tx> for CancelTask {
    const NAME: &'static str = "tasks.cancel";
    const CAPABILITY: Capability = Capability::ManageTasks;
    type Out = Task;
    type Refusal = CancelTaskRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Task, CancelTaskRefusal> {
        let task = tx.task(self.task).await?.or_refuse(CancelTaskRefusal::NoSuchTask)?;
        tx.admit(Capability::ManageTasks, task.place)?;
        if task.state == TaskState::Cancelled {
            return Ok(task);
        }

        let (with, now) = (task.assignee, tx.now());
        let cancelled = task.cancelled(now).map_err(told)?;
        let step = TaskStep::of(StepKind::Cancelled).because(Some(&self.reason));
        let cancelled = kept(tx, with, cancelled, step).await?;
        tx.audit(
            format!("task:{}", cancelled.id),
            json!({ "state": cancelled.state.code(), "reason": self.reason.as_str() }),
        );
        Ok(cancelled)
    }
}

fn told(_: NotNow) -> Failure<CancelTaskRefusal> {
    Failure::Refused(CancelTaskRefusal::Over)
}
