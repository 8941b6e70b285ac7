use async_graphql::{Context, ID, Object, Subscription};
use futures_util::stream::BoxStream;
use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::EvaluationId;
use qun_domain::time::Timestamp;
use qun_infra::streams::What;

use super::evaluation::EvaluationObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::scope::ScopeObject;
use crate::graphql::streams::{EventId, follow};

struct TierEvaluationFinished {
    event: EventId,
    at: Timestamp,
    evaluation: EvaluationId,
}

/// A week of a group or community was evaluated.
#[Object]
impl TierEvaluationFinished {
    /// The id of the event: what came after it can be asked for within 24 hours.
    async fn event_id(&self) -> ID {
        self.event.id()
    }

    /// When the evaluation was made.
    async fn at(&self) -> DateTime {
        DateTime(self.at)
    }

    /// The evaluation.
    async fn evaluation(&self, ctx: &Context<'_>) -> Result<EvaluationObject, Problem> {
        let found = Asked::of(ctx)?.evaluation(self.evaluation).await?;
        Ok(found.ok_or_else(|| Fault::new(format!("tier_evaluation {} is gone", self.evaluation)))?)
    }
}

#[derive(Default)]
pub(in crate::graphql) struct TieringSubscription;

#[Subscription]
impl TieringSubscription {
    /// Each evaluation of a week that is made from now on, or since an event: also those of weeks
    /// that were evaluated before. At least once, in the order in which they were committed.
    async fn tier_evaluation_finished(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of a group or community; the whole organization when left out.")]
        scope: Option<ID>,
        #[graphql(
            desc = "The `eventId` that was seen last: goes on after it. From now on when left out. After 24 hours \
                    it may be refused with `CURSOR_EXPIRED`."
        )]
        after: Option<ID>,
    ) -> Result<BoxStream<'static, Result<TierEvaluationFinished, Problem>>, Problem> {
        let of = match scope {
            None => None,
            Some(id) => found(Asked::of(ctx)?, &id).await?.map(|scope| scope.to_string()),
        };
        follow(ctx, after.as_ref(), move |id, event| match &event.what {
            What::Evaluated(week) if of.as_ref().is_none_or(|of| *of == week.scope) => {
                Some(TierEvaluationFinished { event: id, at: event.at, evaluation: week.evaluation })
            }
            What::Evaluated(_) | What::Memberships(_) | What::Task(_) => None,
        })
        .await
    }
}

/// The group or community that the id names; none for the organization itself.
async fn found(asked: &Asked, id: &str) -> Result<Option<Scope>, Problem> {
    match NodeId::scope(asked, id) {
        Some(Scope::Organization) => Ok(None),
        Some(scope) => match ScopeObject::find(asked, scope).await? {
            Some(_) => Ok(Some(scope)),
            None => Err(Problem::NotFound),
        },
        None => Err(Problem::NotFound),
    }
}
