use std::sync::Arc;

use async_graphql::{Context, ID};
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, unfold};
use qun_domain::id::OrgId;
use qun_domain::streams::Position;
use qun_infra::streams::{Cut, Event, FollowProblem};

use super::{EventId, Live};
use crate::errors::Sentence;
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::Problem;

/// What the events of the organization say to `take`, after the event that the client names, or
/// from now on. The stream ends with the first error.
pub(in crate::graphql) async fn follow<T: Send + 'static>(
    ctx: &Context<'_>,
    after: Option<&ID>,
    take: impl Fn(EventId, &Event) -> Option<T> + Send + 'static,
) -> Result<BoxStream<'static, Result<T, Problem>>, Problem> {
    let asked = Asked::of(ctx)?;
    let live = Arc::clone(ctx.data_opt::<Arc<Live>>().ok_or(Problem::Unauthenticated)?);
    let org = asked.scope.org();
    let after = live.resumes.as_deref().or(after.map(|id| id.as_str()));
    let after = after.map(|id| position(org, id)).transpose()?;
    let follower =
        app(ctx).streams.follow(asked.read.clone(), after).await.map_err(|problem| match problem {
            FollowProblem::Unknown => unknown(),
            FollowProblem::Expired => Problem::CursorExpired,
            FollowProblem::Fault(fault) => fault.into(),
        })?;
    let told = unfold(Some((follower, live, take)), move |state| async move {
        let (mut follower, live, take) = state?;
        loop {
            match follower.next().await {
                Ok(event) => {
                    let id = EventId(org, event.position);
                    let Some(told) = take(id, &event) else { continue };
                    live.tells(&id.id());
                    return Some((Ok(told), Some((follower, live, take))));
                }
                Err(Cut::SlowReader) => return Some((Err(Problem::SlowReader), None)),
                Err(Cut::Fault(fault)) => return Some((Err(fault.into()), None)),
            }
        }
    });
    Ok(told.boxed())
}

fn position(org: OrgId, id: &str) -> Result<Position, Problem> {
    EventId::read(id).filter(|id| id.0 == org).map(|id| id.1).ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::BadInput(Sentence::fixed(
        "after must be the eventId of an event of your organization.",
        "after 必须是您组织中某个事件的 eventId。",
    ))
}
