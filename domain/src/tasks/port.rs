use std::future::Future;

use super::{InLine, NewTask, Proof, StepKind, Subject, Task, TaskKind};
use crate::access::AuditPort;
use crate::fault::Fault;
use crate::id::{AccountId, TaskId};
use crate::policy::TasksPolicy;
use crate::scope::Scope;
use crate::time::Timestamp;

/// A step that a task makes: what the history keeps beside the task as it is afterwards.
#[derive(Clone, Debug)]
pub struct TaskStep {
    /// What was done.
    pub kind: StepKind,
    /// Why, in the words of who did it.
    pub note: Option<String>,
    /// What came with the word that it is done.
    pub proof: Option<Proof>,
}

impl TaskStep {
    /// A step without words.
    pub const fn of(kind: StepKind) -> Self {
        Self { kind, note: None, proof: None }
    }

    /// The same with words.
    #[must_use]
    pub fn because(self, note: Option<impl ToString>) -> Self {
        Self { note: note.map(|note| note.to_string()), ..self }
    }

    /// The same with a proof.
    #[must_use]
    pub fn proven_by(self, proof: &Proof) -> Self {
        Self { proof: Some(proof.clone()), ..self }
    }
}

/// The reads and writes that the use cases of this context need.
pub trait TasksPort: AuditPort {
    /// The numbers that hold in a place; `None` where the organization has no such place.
    fn tasks_policy(
        &mut self,
        place: Scope,
    ) -> impl Future<Output = Result<Option<TasksPolicy>, Fault>> + Send;

    /// Whether an account belongs to the organization, and may work on tasks.
    fn may_be_given(&mut self, account: AccountId) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Who may be asked for in a place: everybody who has an assignment that covers it, once for
    /// each.
    fn line(&mut self, place: Scope) -> impl Future<Output = Result<Vec<InLine>, Fault>> + Send;

    /// A task of this organization, held against concurrent change.
    fn task(&mut self, id: TaskId) -> impl Future<Output = Result<Option<Task>, Fault>> + Send;

    /// The task of this kind and subject that was given to an account and is not over.
    fn task_about(
        &mut self,
        kind: TaskKind,
        subject: &Subject,
        given_to: AccountId,
    ) -> impl Future<Output = Result<Option<Task>, Fault>> + Send;

    /// All tasks about a subject that are not over, held against concurrent change.
    fn tasks_about(&mut self, subject: &Subject) -> impl Future<Output = Result<Vec<Task>, Fault>> + Send;

    /// All tasks that are open and with an account, held against concurrent change.
    fn tasks_with(&mut self, account: AccountId) -> impl Future<Output = Result<Vec<Task>, Fault>> + Send;

    /// Adds a task with the first step of its history; its id is made here. It goes further at
    /// `escalates_at`.
    fn add_task(
        &mut self,
        task: NewTask,
        escalates_at: Timestamp,
    ) -> impl Future<Output = Result<Task, Fault>> + Send;

    /// Writes a task that is held as it is now, with the step that made it so.
    fn keep_task(&mut self, task: Task, step: TaskStep) -> impl Future<Output = Result<Task, Fault>> + Send;
}
