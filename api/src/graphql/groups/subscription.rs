use async_graphql::{Context, Enum, ID, Object, Subscription};
use futures_util::stream::BoxStream;
use qun_domain::activity::{MembershipChange, MembershipTurn as Turn, MembershipsChanged};
use qun_domain::fault::Fault;
use qun_domain::id::GroupId;
use qun_domain::time::Timestamp;
use qun_infra::streams::What;

use super::{GroupObject, MemberObject};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::people::PersonObject;
use crate::graphql::scalars::DateTime;
use crate::graphql::scope::ScopeObject;
use crate::graphql::streams::{EventId, follow};

/// What became of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Turn")]
enum MembershipTurn {
    /// The person is a member, and was none before.
    Joined,
    /// The person is no member any more, by their own will.
    Left,
    /// The person is no member any more, by removal.
    Removed,
    /// As before, the person is a member or is none, but times or stays of the past are others:
    /// interactions came late.
    Corrected,
}

struct MembershipChanged {
    event: EventId,
    at: Timestamp,
    changed: MembershipsChanged,
}

struct MembershipChangeObject {
    group: GroupId,
    change: MembershipChange,
}

/// Memberships in a group are others than before.
#[Object]
impl MembershipChanged {
    /// The id of the event: what came after it can be asked for within 24 hours.
    async fn event_id(&self) -> ID {
        self.event.id()
    }

    /// When the interactions that changed the memberships were recorded.
    async fn at(&self) -> DateTime {
        DateTime(self.at)
    }

    /// The group.
    async fn group(&self, ctx: &Context<'_>) -> Result<GroupObject, Problem> {
        group(Asked::of(ctx)?, self.changed.group).await
    }

    /// Whose memberships: 1 to 100 persons, each once. Many that change at once are told in
    /// several events.
    #[graphql(complexity = "MembershipsChanged::MOST * child_complexity")]
    async fn changes(&self) -> Vec<MembershipChangeObject> {
        let group = self.changed.group;
        self.changed.changes.iter().map(|change| MembershipChangeObject { group, change: *change }).collect()
    }
}

/// A person whose membership is another than before.
#[Object(name = "MembershipChange")]
impl MembershipChangeObject {
    /// What became of it.
    async fn how(&self) -> MembershipTurn {
        self.change.how.into()
    }

    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Result<PersonObject, Problem> {
        let found = Asked::of(ctx)?.person(self.change.person).await?;
        Ok(found.ok_or_else(|| Fault::new(format!("person {} is gone", self.change.person)))?)
    }

    /// The member as it is when the event is told; null when by then the person was never a
    /// member there, because memberships were mended.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<MemberObject>, Problem> {
        let asked = Asked::of(ctx)?;
        let group = group(asked, self.group).await?;
        asked.member(ScopeObject::Group(group), self.change.person).await
    }
}

async fn group(asked: &Asked, id: GroupId) -> Result<GroupObject, Problem> {
    Ok(asked.group(id).await?.ok_or_else(|| Fault::new(format!("chat_group {id} is gone")))?)
}

#[derive(Default)]
pub(in crate::graphql) struct GroupsSubscription;

#[Subscription]
impl GroupsSubscription {
    /// Each change of memberships from now on, or since an event. At least once; those of one
    /// group in the order in which they were committed.
    async fn membership_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of a group; all groups of the organization when left out.")]
        group: Option<ID>,
        #[graphql(
            desc = "The `eventId` that was seen last: goes on after it. From now on when left out. After 24 hours \
                    it may be refused with `CURSOR_EXPIRED`."
        )]
        after: Option<ID>,
    ) -> Result<BoxStream<'static, Result<MembershipChanged, Problem>>, Problem> {
        let of = match group {
            None => None,
            Some(id) => Some(found(Asked::of(ctx)?, &id).await?),
        };
        follow(ctx, after.as_ref(), move |id, event| match &event.what {
            What::Memberships(changed) if of.is_none_or(|of| of == changed.group) => {
                Some(MembershipChanged { event: id, at: event.at, changed: changed.clone() })
            }
            What::Memberships(_) | What::Evaluated(_) | What::Task(_) => None,
        })
        .await
    }
}

async fn found(asked: &Asked, id: &str) -> Result<GroupId, Problem> {
    let id = NodeId::group(id).ok_or(Problem::NotFound)?;
    asked.group(id).await?.map(|_| id).ok_or(Problem::NotFound)
}
