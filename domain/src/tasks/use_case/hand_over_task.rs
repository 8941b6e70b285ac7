use serde_json::json;

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::id::TaskId;
use crate::tasks::open::{kept, patience};
use crate::tasks::{NotNow, Note, StepKind, Task, TaskStep, TasksPort};

/// Gives one's own task to its backup.
#[derive(Clone, Debug)]
pub struct HandOverTask {
    /// The task.
    pub task: TaskId,
    /// Why.
    pub note: Option<Note>,
}

/// Why a task was not handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandOverTaskRefusal {
    /// There is no such task.
    NoSuchTask,
    /// It is with somebody else.
    NotYours,
    /// It is not open.
    NotOpen,
    /// It has no backup, or its backup may not work on tasks any more.
    NoBackup,
}

impl<Tx: TasksPort> Command<Tx> for HandOverTask {
    const NAME: &'static str = "tasks.hand_over";
    const CAPABILITY: Capability = Capability::WorkOnTasks;
    type Out = Task;
    type Refusal = HandOverTaskRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Task, HandOverTaskRefusal> {
        let task = tx.task(self.task).await?.or_refuse(HandOverTaskRefusal::NoSuchTask)?;
        let by = tx.acting().filter(|account| *account == task.assignee);
        let by = by.or_refuse(HandOverTaskRefusal::NotYours)?;
        let backup = task.backup.or_refuse(HandOverTaskRefusal::NoBackup)?;
        if !tx.may_be_given(backup).await? {
            return Err(Failure::Refused(HandOverTaskRefusal::NoBackup));
        }
        let patience = patience(tx, task.place).await?;

        let (due_at, now) = (task.due_at, tx.now());
        let given = task.given(backup, None, due_at, patience, now).map_err(told)?;
        let step = TaskStep::of(StepKind::HandedOver).because(self.note.as_ref());
        let given = kept(tx, by, given, step).await?;
        tx.audit(
            format!("task:{}", given.id),
            json!({ "assignee": { "before": by, "after": given.assignee } }),
        );
        Ok(given)
    }
}

fn told(_: NotNow) -> Failure<HandOverTaskRefusal> {
    Failure::Refused(HandOverTaskRefusal::NotOpen)
}
