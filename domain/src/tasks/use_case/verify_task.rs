use serde_json::json;

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place};
use crate::id::TaskId;
use crate::tasks::open::kept;
use crate::tasks::{NotNow, Note, StepKind, Task, TaskState, TaskStep, TasksPort};

/// Finds a task done that somebody else has submitted: four eyes.
#[derive(Clone, Debug)]
pub struct VerifyTask {
    /// The task.
    pub task: TaskId,
    /// What is to be said about it.
    pub note: Option<Note>,
}

/// Why a task was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyTaskRefusal {
    /// There is no such task.
    NoSuchTask,
    /// Only a person verifies.
    NeedsPerson,
    /// Nobody verifies what he submitted himself.
    OwnWork,
    /// It does not wait to be verified.
    NothingToVerify,
}

impl<Tx: TasksPort> Command<Tx> for VerifyTask {
    const NAME: &'static str = "tasks.verify";
    const CAPABILITY: Capability = Capability::ManageTasks;
    type Out = Task;
    type Refusal = VerifyTaskRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Task, VerifyTaskRefusal> {
        let task = tx.task(self.task).await?.or_refuse(VerifyTaskRefusal::NoSuchTask)?;
        tx.admit(Capability::ManageTasks, task.place)?;
        let by = tx.acting().or_refuse(VerifyTaskRefusal::NeedsPerson)?;
        if task.done_by == Some(by) {
            return Err(Failure::Refused(VerifyTaskRefusal::OwnWork));
        }
        if task.state == TaskState::Verified {
            return Ok(task);
        }

        let (with, now) = (task.assignee, tx.now());
        let verified = task.verified(now).map_err(told)?;
        let step = TaskStep::of(StepKind::Verified).because(self.note.as_ref());
        let verified = kept(tx, with, verified, step).await?;
        tx.audit(format!("task:{}", verified.id), json!({ "state": verified.state.code() }));
        Ok(verified)
    }
}

fn told(_: NotNow) -> Failure<VerifyTaskRefusal> {
    Failure::Refused(VerifyTaskRefusal::NothingToVerify)
}
