#![expect(clippy::unused_async, reason = "async-graphql wants a resolver that can fail to be asynchronous")]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, TaskId};
use qun_domain::scope::Scope;
use qun_domain::tasks::{Proof, Task, TaskState as DomainState};
use qun_infra::tasks::TaskPage;

use super::codes::{TaskKind, TaskProofKind, TaskState};
use super::step::{TaskStepConnection, steps_of};
use crate::graphql::access::Account;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page::{self, ByDue, Slice, connection};
use crate::graphql::scalars::DateTime;
use crate::graphql::scope::AnyScope;

connection!(TaskConnection, TaskEdge, TaskObject, "A page of tasks.", "A task and its place in the list.");

impl Asked {
    /// The task, if the organization has it.
    pub(in crate::graphql) async fn task(&self, id: TaskId) -> Result<Option<TaskObject>, Problem> {
        Ok(self.loaders.tasks.load(&self.read, id).await?.map(TaskObject))
    }
}

/// Which tasks a list is of; all that are open when it does not say.
#[derive(Default)]
pub(in crate::graphql) struct TasksAsked {
    /// Those that are with this account.
    pub(in crate::graphql) assignee: Option<AccountId>,
    /// Those of this place itself.
    pub(in crate::graphql) place: Option<Scope>,
    /// Those in these states.
    pub(in crate::graphql) states: Option<Vec<TaskState>>,
    /// Those of this kind.
    pub(in crate::graphql) kind: Option<TaskKind>,
    /// Those that are, or are not, overdue.
    pub(in crate::graphql) overdue: Option<bool>,
}

/// A page of tasks in order of due time.
pub(in crate::graphql) async fn tasks_of(
    asked: &Asked,
    narrowed: TasksAsked,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<TaskConnection, Problem> {
    let slice = Slice::<ByDue>::new(first, after)?;
    let named: Option<Vec<DomainState>> =
        narrowed.states.map(|states| states.into_iter().map(Into::into).collect());
    let named = named.unwrap_or_else(|| vec![DomainState::Open]);
    let page = TaskPage {
        assignee: narrowed.assignee,
        place: narrowed.place,
        states: DomainState::ALL.iter().copied().filter(|state| named.contains(state)).collect(),
        kind: narrowed.kind.map(Into::into),
        overdue: narrowed.overdue.map(|is_so| (is_so, asked.now)),
        after: slice.after.map(|ByDue(due_at, id)| (due_at, id)),
        limit: slice.limit(),
    };
    let found = asked.loaders.task_pages.load(&asked.read, page).await?.unwrap_or_default();
    let tasks = found.into_iter().map(TaskObject);
    Ok(TaskConnection { page: slice.page(tasks, |task| ByDue(task.0.due_at, task.0.id)) })
}

/// What came with the word that a task is done.
#[derive(Clone, SimpleObject)]
#[graphql(name = "TaskProof")]
pub(super) struct TaskProofObject {
    /// What it is.
    kind: TaskProofKind,
    /// The text, the SHA-256 of the image as 64 hexadecimal digits, or the reference; null where
    /// the word is enough.
    text: Option<String>,
}

impl From<&Proof> for TaskProofObject {
    fn from(proof: &Proof) -> Self {
        Self { kind: proof.kind().into(), text: proof.text().map(str::to_owned) }
    }
}

/// A human task.
#[derive(Clone)]
pub(in crate::graphql) struct TaskObject(pub(in crate::graphql) Arc<Task>);

/// A human task.
#[Object(name = "Task")]
impl TaskObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::Task(self.0.id).id()
    }

    /// Where it is to be done: whose policy holds for it, and who stands above its assignee.
    async fn place(&self, ctx: &Context<'_>) -> Result<AnyScope, Problem> {
        let place = AnyScope::find(Asked::of(ctx)?, self.0.place).await?;
        Ok(place.ok_or_else(|| Fault::new(format!("the place of task {} is gone", self.0.id)))?)
    }

    /// What it is for.
    async fn kind(&self) -> TaskKind {
        self.0.kind.into()
    }

    /// What is to be done, in a line.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What was prepared for it; null when nothing was.
    async fn body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// A text to be pasted as it is; null when there is none.
    async fn copy_text(&self) -> Option<&str> {
        self.0.copy_text.as_deref()
    }

    /// What it is about, `kind:id`; null when it is about nothing else.
    async fn subject(&self) -> Option<&str> {
        self.0.subject.as_ref().map(qun_domain::tasks::Subject::as_str)
    }

    /// With whom it is, or was at the end.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Account, Problem> {
        Asked::of(ctx)?.account(self.0.assignee).await
    }

    /// Whom it was given to at first.
    async fn first_assignee(&self, ctx: &Context<'_>) -> Result<Account, Problem> {
        Asked::of(ctx)?.account(self.0.given_to).await
    }

    /// To whom it goes when its assignee does not do it; null when there is nobody, or it has gone
    /// there.
    async fn backup(&self, ctx: &Context<'_>) -> Result<Option<Account>, Problem> {
        match self.0.backup {
            Some(id) => Asked::of(ctx)?.account(id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Until when it is to be done.
    async fn due_at(&self) -> DateTime {
        DateTime(self.0.due_at)
    }

    /// Whether it is open, and later than it was due.
    async fn is_overdue(&self, ctx: &Context<'_>) -> Result<bool, Problem> {
        Ok(self.0.is_overdue(Asked::of(ctx)?.now))
    }

    /// What has to come with the word that it is done.
    async fn proof_asked_for(&self) -> TaskProofKind {
        self.0.proof.into()
    }

    /// Whether somebody else has to find it done.
    async fn needs_verification(&self) -> bool {
        self.0.needs_verification
    }

    /// How far it is.
    async fn state(&self) -> TaskState {
        self.0.state.into()
    }

    /// How often it went further, to its backup or to the next rank, since somebody last gave it.
    async fn level(&self) -> u32 {
        self.0.level
    }

    /// When it goes further if it is still open; null when it is not, or nobody is left.
    async fn escalates_at(&self) -> Option<DateTime> {
        self.0.escalates_at.map(DateTime)
    }

    /// Who gave it, as in the audit log: `account:…`, `api-key:…`, `operator` or `job`.
    async fn created_by(&self) -> &str {
        &self.0.created_by
    }

    /// When it was given.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was done; null while it is not.
    async fn done_at(&self) -> Option<DateTime> {
        self.0.done_at.map(DateTime)
    }

    /// Who did it; null while it is not done, and when a machine said so.
    async fn done_by(&self, ctx: &Context<'_>) -> Result<Option<Account>, Problem> {
        match self.0.done_by {
            Some(id) => Asked::of(ctx)?.account(id).await.map(Some),
            None => Ok(None),
        }
    }

    /// What came with the word that it is done; null while it is not. That of words that were sent
    /// back stands in `steps`.
    async fn proof(&self) -> Option<TaskProofObject> {
        self.0.given.as_ref().map(Into::into)
    }

    /// How often it was sent back.
    async fn times_sent_back(&self) -> u32 {
        self.0.sent_back
    }

    /// When it was over; null while something is to be done about it.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// Its history, the first step first. Nothing in it is ever overwritten.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn steps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<TaskStepConnection, Problem> {
        steps_of(Asked::of(ctx)?, self.0.id, first, after.as_deref()).await
    }
}
