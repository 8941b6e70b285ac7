use serde_json::json;

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place};
use crate::id::TaskId;
use crate::tasks::open::{kept, next_for, patience};
use crate::tasks::{NotNow, StepKind, Task, TaskStep, TasksPort};

/// Lets a task go further that was not done: to its backup, else to the next rank, until nobody
/// is left. Run again, it does nothing before it is time for the next level.
#[derive(Clone, Copy, Debug)]
pub struct EscalateTask {
    /// The task.
    pub task: TaskId,
}

/// Why a task did not go further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscalateTaskRefusal {
    /// There is no such task.
    NoSuchTask,
    /// It is not time, or not open any more.
    NotDue,
}

impl<Tx: TasksPort> Command<Tx> for EscalateTask {
    const NAME: &'static str = "tasks.escalate";
    const CAPABILITY: Capability = Capability::ManageTasks;
    type Out = Task;
    type Refusal = EscalateTaskRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Task, EscalateTaskRefusal> {
        let task = tx.task(self.task).await?.or_refuse(EscalateTaskRefusal::NoSuchTask)?;
        tx.admit(Capability::ManageTasks, task.place)?;
        let now = tx.now();
        if !task.is_to_escalate(now) {
            return Err(Failure::Refused(EscalateTaskRefusal::NotDue));
        }
        let patience = patience(tx, task.place).await?;
        let to = next_for(tx, &task).await?;

        let before = task.assignee;
        let escalated = task.escalated(to, patience, now).map_err(told)?;
        let kind = if to.is_some() { StepKind::Escalated } else { StepKind::NobodyAbove };
        let escalated = kept(tx, before, escalated, TaskStep::of(kind)).await?;
        tx.audit(
            format!("task:{}", escalated.id),
            json!({ "assignee": { "before": before, "after": escalated.assignee }, "level": escalated.level }),
        );
        Ok(escalated)
    }
}

fn told(_: NotNow) -> Failure<EscalateTaskRefusal> {
    Failure::Refused(EscalateTaskRefusal::NotDue)
}
