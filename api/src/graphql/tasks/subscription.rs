use async_graphql::{Context, ID, Object, Subscription};
use futures_util::stream::BoxStream;
use qun_domain::access::{Actor, Capability, Power};
use qun_domain::fault::Fault;
use qun_domain::tasks::TaskChanged as Changed;
use qun_domain::time::Timestamp;
use qun_infra::streams::What;

use super::codes::TaskStepKind;
use super::object::TaskObject;
use crate::graphql::access::Account;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::scalars::DateTime;
use crate::graphql::streams::{EventId, follow};

struct TaskChanged {
    event: EventId,
    at: Timestamp,
    changed: Changed,
}

/// A task made a step.
#[Object]
impl TaskChanged {
    /// The id of the event: what came after it can be asked for within 24 hours.
    async fn event_id(&self) -> ID {
        self.event.id()
    }

    /// When the step was made.
    async fn at(&self) -> DateTime {
        DateTime(self.at)
    }

    /// What was done.
    async fn step(&self) -> TaskStepKind {
        self.changed.step.into()
    }

    /// With whom the task was before; with whom it is now, where it went nowhere.
    async fn previous_assignee(&self, ctx: &Context<'_>) -> Result<Account, Problem> {
        self.seen_by(ctx)?.account(self.changed.before).await
    }

    /// The task as it is when the event is told.
    async fn task(&self, ctx: &Context<'_>) -> Result<TaskObject, Problem> {
        let found = self.seen_by(ctx)?.task(self.changed.task).await?;
        Ok(found.ok_or_else(|| Fault::new(format!("task {} is gone", self.changed.task)))?)
    }
}

impl TaskChanged {
    /// Whoever follows, if he may still be told: what he was when he began may be over.
    fn seen_by<'a>(&self, ctx: &Context<'a>) -> Result<&'a Asked, Problem> {
        let asked = Asked::of(ctx)?;
        if hears(asked.scope.actor(), &self.changed) { Ok(asked) } else { Err(Problem::Forbidden) }
    }
}

/// Whether somebody hears of a task: it is his own, or he manages those of its place.
fn hears(actor: &Actor, changed: &Changed) -> bool {
    is_own(actor, changed) || actor.power(Capability::ManageTasks, changed.place) == Power::May
}

fn is_own(actor: &Actor, changed: &Changed) -> bool {
    actor.account_id().is_some_and(|account| changed.concerns(account))
}

#[derive(Default)]
pub(in crate::graphql) struct TasksSubscription;

#[Subscription]
impl TasksSubscription {
    /// Each step of tasks from now on, or since an event: of those that are, or were until then,
    /// one's own, and of all where one holds the capability `MANAGE_TASKS`. At least once; those of
    /// one task in the order in which they were committed.
    async fn task_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of one's own alone, also with the capability.", default)] mine: bool,
        #[graphql(
            desc = "The `eventId` that was seen last: goes on after it. From now on when left out. After 24 hours \
                    it may be refused with `CURSOR_EXPIRED`."
        )]
        after: Option<ID>,
    ) -> Result<BoxStream<'static, Result<TaskChanged, Problem>>, Problem> {
        let actor = Asked::of(ctx)?.scope.actor().clone();
        let is_told =
            move |changed: &Changed| if mine { is_own(&actor, changed) } else { hears(&actor, changed) };
        follow(ctx, after.as_ref(), move |id, event| match &event.what {
            What::Task(changed) if is_told(changed) => {
                Some(TaskChanged { event: id, at: event.at, changed: changed.clone() })
            }
            What::Task(_) | What::Evaluated(_) | What::Memberships(_) => None,
        })
        .await
    }
}
