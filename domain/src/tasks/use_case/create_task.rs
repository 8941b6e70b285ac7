use serde_json::json;

use super::may_be_due;
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place};
use crate::tasks::{NewTask, Opened, Task, TasksPort, open_task};

/// Gives somebody a task (Z9).
#[derive(Clone, Debug)]
pub struct CreateTask(pub NewTask);

/// Why no task was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateTaskRefusal {
    /// There is no such group or community.
    NoSuchPlace,
    /// Nobody of this id may work on tasks here.
    NoSuchAssignee,
    /// Nobody of this id may stand in here.
    NoSuchBackup,
    /// Nobody stands in for himself.
    BackupIsAssignee,
    /// A task is due in the future, at most a year ahead.
    DueOutOfRange,
    /// The same task was given to the same account, and is not over.
    AlreadyOpen,
}

impl<Tx: TasksPort> Command<Tx> for CreateTask {
    const NAME: &'static str = "tasks.create";
    const CAPABILITY: Capability = Capability::ManageTasks;
    type Out = Task;
    type Refusal = CreateTaskRefusal;

    fn place(&self) -> Place {
        Place::At(self.0.place)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Task, CreateTaskRefusal> {
        let new = self.0;
        tx.tasks_policy(new.place).await?.or_refuse(CreateTaskRefusal::NoSuchPlace)?;
        if !tx.may_be_given(new.assignee).await? {
            return Err(Failure::Refused(CreateTaskRefusal::NoSuchAssignee));
        }
        if let Some(backup) = new.backup {
            if backup == new.assignee {
                return Err(Failure::Refused(CreateTaskRefusal::BackupIsAssignee));
            }
            if !tx.may_be_given(backup).await? {
                return Err(Failure::Refused(CreateTaskRefusal::NoSuchBackup));
            }
        }
        if !may_be_due(new.due_at, tx.now()) {
            return Err(Failure::Refused(CreateTaskRefusal::DueOutOfRange));
        }

        let task = match open_task(tx, new).await? {
            Opened::New(task) => task,
            Opened::There(_) => return Err(Failure::Refused(CreateTaskRefusal::AlreadyOpen)),
        };
        tx.audit(
            format!("task:{}", task.id),
            json!({
                "title": task.title,
                "kind": task.kind.code(),
                "place": task.place.to_string(),
                "subject": task.subject,
                "assignee": task.assignee,
                "backup": task.backup,
                "dueAt": task.due_at.to_string(),
            }),
        );
        Ok(task)
    }
}
