use std::sync::Arc;

use async_graphql::{Context, Object};
use qun_domain::id::TaskId;
use qun_infra::tasks::{StepPage, TaskStepRow};

use super::codes::TaskStepKind;
use super::object::TaskProofObject;
use crate::graphql::access::Account;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::page::{ByNumber, Slice, connection};
use crate::graphql::scalars::DateTime;

connection!(
    TaskStepConnection,
    TaskStepEdge,
    TaskStepObject,
    "A page of a task's history.",
    "A step and its place in the history."
);

/// A page of a task's history.
pub(super) async fn steps_of(
    asked: &Asked,
    task: TaskId,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<TaskStepConnection, Problem> {
    let slice = Slice::<ByNumber>::new(first, after)?;
    let page = StepPage { task, after: slice.after.map(|ByNumber(number)| number), limit: slice.limit() };
    let found = asked.loaders.step_pages.load(&asked.read, page).await?.unwrap_or_default();
    let steps = found.into_iter().map(TaskStepObject);
    Ok(TaskStepConnection { page: slice.page(steps, |step| ByNumber(step.0.number)) })
}

/// A step of a task's history.
#[derive(Clone)]
pub(in crate::graphql) struct TaskStepObject(Arc<TaskStepRow>);

/// A step of a task's history.
#[Object(name = "TaskStep")]
impl TaskStepObject {
    /// Its number, from 1.
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// When it was made.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Who made it, as in the audit log: `account:…`, `api-key:…`, `operator` or `job`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// What it did.
    async fn kind(&self) -> TaskStepKind {
        self.0.kind.into()
    }

    /// Why, in the words of who made it; null when nothing was said.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// What came with the word that the task is done; null where no such word was given.
    async fn proof(&self) -> Option<TaskProofObject> {
        self.0.proof.as_ref().map(Into::into)
    }

    /// With whom the task was afterwards.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Account, Problem> {
        Asked::of(ctx)?.account(self.0.assignee).await
    }

    /// Until when it was to be done then.
    async fn due_at(&self) -> DateTime {
        DateTime(self.0.due_at)
    }

    /// How often it had gone further then, since somebody last gave it.
    async fn level(&self) -> u32 {
        self.0.level
    }
}
