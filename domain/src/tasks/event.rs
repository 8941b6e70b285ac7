use serde::{Deserialize, Serialize};

use super::{StepKind, Task, TaskKind, TaskState};
use crate::event::DomainEvent;
use crate::id::{AccountId, TaskId};
use crate::scope::Scope;

/// What others may hear of a task: how it is after each step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskChanged {
    /// The task.
    pub task: TaskId,
    /// What was done.
    pub step: StepKind,
    /// Where it is to be done.
    pub place: Scope,
    /// What it is for.
    pub kind: TaskKind,
    /// What it is about.
    pub subject: Option<String>,
    /// How far it is.
    pub state: TaskState,
    /// With whom it is.
    pub assignee: AccountId,
    /// With whom it was; the same where it went nowhere.
    pub before: AccountId,
}

impl TaskChanged {
    /// The task after a step, which was with `before`.
    pub fn new(task: &Task, step: StepKind, before: AccountId) -> Self {
        Self {
            task: task.id,
            step,
            place: task.place,
            kind: task.kind,
            subject: task.subject.as_ref().map(ToString::to_string),
            state: task.state,
            assignee: task.assignee,
            before,
        }
    }

    /// Whether the task is, or was until now, with this account.
    pub fn concerns(&self, account: AccountId) -> bool {
        self.assignee == account || self.before == account
    }
}

impl DomainEvent for TaskChanged {
    fn name(&self) -> &'static str {
        "tasks.task_changed"
    }

    fn aggregate(&self) -> String {
        format!("task:{}", self.task)
    }
}
