use serde_json::json;

use super::may_be_due;
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place};
use crate::id::{AccountId, TaskId};
use crate::tasks::open::{kept, patience};
use crate::tasks::{NotNow, Note, StepKind, Task, TaskState, TaskStep, TasksPort};
use crate::time::Timestamp;

/// Gives a task that is open to somebody else, or until another time.
#[derive(Clone, Debug)]
pub struct ReassignTask {
    /// The task.
    pub task: TaskId,
    /// Who is to do it from now on.
    pub assignee: AccountId,
    /// Who stands in from now on, if anybody.
    pub backup: Option<AccountId>,
    /// Until when from now on; as before when none.
    pub due_at: Option<Timestamp>,
    /// Why.
    pub note: Option<Note>,
}

/// Why a task was not reassigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReassignTaskRefusal {
    /// There is no such task.
    NoSuchTask,
    /// Nobody of this id may work on tasks here.
    NoSuchAssignee,
    /// Nobody of this id may stand in here.
    NoSuchBackup,
    /// Nobody stands in for himself.
    BackupIsAssignee,
    /// A task is due in the future, at most a year ahead.
    DueOutOfRange,
    /// It is not open.
    NotOpen,
}

impl<Tx: TasksPort> Command<Tx> for ReassignTask {
    const NAME: &'static str = "tasks.reassign";
    const CAPABILITY: Capability = Capability::ManageTasks;
    type Out = Task;
    type Refusal = ReassignTaskRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Task, ReassignTaskRefusal> {
        let task = tx.task(self.task).await?.or_refuse(ReassignTaskRefusal::NoSuchTask)?;
        tx.admit(Capability::ManageTasks, task.place)?;
        self.is_sound(tx).await?;
        let (before, now) = (task.assignee, tx.now());
        let due_at = self.due_at.unwrap_or(task.due_at);
        if task.state == TaskState::Open
            && (task.assignee, task.backup, task.due_at) == (self.assignee, self.backup, due_at)
        {
            return Ok(task);
        }
        let patience = patience(tx, task.place).await?;

        let given = task.given(self.assignee, self.backup, due_at, patience, now).map_err(told)?;
        let step = TaskStep::of(StepKind::Reassigned).because(self.note.as_ref());
        let given = kept(tx, before, given, step).await?;
        tx.audit(
            format!("task:{}", given.id),
            json!({
                "assignee": { "before": before, "after": given.assignee },
                "backup": given.backup,
                "dueAt": given.due_at.to_string(),
            }),
        );
        Ok(given)
    }
}

impl ReassignTask {
    async fn is_sound<Tx: TasksPort>(&self, tx: &mut Tx) -> Outcome<(), ReassignTaskRefusal> {
        if !tx.may_be_given(self.assignee).await? {
            return Err(Failure::Refused(ReassignTaskRefusal::NoSuchAssignee));
        }
        if let Some(backup) = self.backup {
            if backup == self.assignee {
                return Err(Failure::Refused(ReassignTaskRefusal::BackupIsAssignee));
            }
            if !tx.may_be_given(backup).await? {
                return Err(Failure::Refused(ReassignTaskRefusal::NoSuchBackup));
            }
        }
        if self.due_at.is_some_and(|due_at| !may_be_due(due_at, tx.now())) {
            return Err(Failure::Refused(ReassignTaskRefusal::DueOutOfRange));
        }
        Ok(())
    }
}

fn told(_: NotNow) -> Failure<ReassignTaskRefusal> {
    Failure::Refused(ReassignTaskRefusal::NotOpen)
}
