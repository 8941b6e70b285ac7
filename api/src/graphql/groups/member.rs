use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use futures_util::future::try_join_all;
use qun_domain::activity::{End, MemberRole as DomainRole, Spell, joined_at};
use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::PersonId;
use qun_domain::time::Timestamp;
use qun_infra::groups::{MemberOf, Membership};
use qun_infra::people::Person;

use super::{CommunityObject, GroupObject};
use crate::errors::Sentence;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::in_place::{InPlace, InPlaceList};
use crate::graphql::loaders::History;
use crate::graphql::node::NodeId;
use crate::graphql::page;
use crate::graphql::people::PersonObject;
use crate::graphql::scalars::DateTime;
use crate::graphql::scope::ScopeObject;
use crate::graphql::tiering::{EvaluationObject, PinObject, ScoreObject};

/// The longest history, in evaluations.
pub(super) const MAX_HISTORY: u16 = 60;

const BAD_LAST: Problem =
    Problem::BadInput(Sentence::fixed("last must lie between 1 and 60.", "last 必须在 1 到 60 之间。"));

/// What a person is in a group. Only members are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainRole")]
pub(in crate::graphql) enum MemberRole {
    /// An ordinary person; so is whoever was never said to be anything else.
    Member,
    /// Staff of the organization.
    Staff,
    /// A bot.
    Bot,
    /// Somebody who is paid or asked to keep the talk going.
    Facilitator,
}

/// How a membership ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "End")]
pub(super) enum MembershipEnd {
    /// By the member's will.
    Left,
    /// By removal.
    Removed,
}

/// Why a member has no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum NoScoreReason {
    /// There was no evaluation since the member joined.
    NotEvaluatedYet,
    /// Staff is not evaluated.
    Staff,
    /// Bots are not evaluated.
    Bot,
    /// Facilitators are not evaluated.
    Facilitator,
    /// The member was not there any more when the week of the latest evaluation ended.
    Left,
}

/// One unbroken stay of a person in a group.
#[derive(SimpleObject)]
#[graphql(name = "Membership")]
struct MembershipObject {
    /// The group.
    group: GroupObject,
    /// When the stay began.
    joined_at: DateTime,
    /// Whether the joining was seen; else the first sign of presence stands for it.
    join_observed: bool,
    /// When it ended; null while it runs.
    ended_at: Option<DateTime>,
    /// How it ended; null while it runs.
    ended_by: Option<MembershipEnd>,
    /// Who invited, by the interaction that began the stay; null when it does not say.
    invited_by: Option<PersonObject>,
}

impl Asked {
    /// The member, also a former one; `None` for who was never there.
    pub(in crate::graphql) async fn member(
        &self,
        scope: ScopeObject,
        person: PersonId,
    ) -> Result<Option<MemberObject>, Problem> {
        let stays = self.loaders.memberships.load(&self.read, (scope.scope(), person)).await?;
        Ok(stays.map(|_| MemberObject { scope, id: person, person: None, score: None }))
    }
}

/// A person in a group or community.
#[derive(Clone)]
pub(in crate::graphql) struct MemberObject {
    scope: ScopeObject,
    id: PersonId,
    person: Option<Arc<Person>>,
    score: Option<ScoreObject>,
}

impl MemberObject {
    /// A member whose person was read.
    pub(in crate::graphql) fn known(scope: ScopeObject, person: Arc<Person>) -> Self {
        Self { scope, id: person.id, person: Some(person), score: None }
    }

    /// A member whose person and score were read.
    pub(in crate::graphql) fn scored(scope: ScopeObject, person: Arc<Person>, latest: ScoreObject) -> Self {
        Self { scope, id: person.id, person: Some(person), score: Some(latest) }
    }

    fn key(&self) -> MemberOf {
        (self.scope.scope(), self.id)
    }

    async fn stays(&self, asked: &Asked) -> Result<Arc<[Membership]>, Problem> {
        let found = asked.loaders.memberships.load(&asked.read, self.key()).await?;
        Ok(found
            .ok_or_else(|| Fault::new(format!("person {} has no membership in {}", self.id, self.key().0)))?)
    }

    async fn stay(&self, ctx: &Context<'_>) -> Result<Stay, Problem> {
        let stays = self.stays(Asked::of(ctx)?).await?;
        Ok(Stay::of(&stays, &self.scope).ok_or_else(|| Fault::new("an empty list of memberships"))?)
    }

    async fn latest(&self, asked: &Asked) -> Result<Option<ScoreObject>, Problem> {
        if let Some(score) = &self.score {
            return Ok(Some(score.clone()));
        }
        let Some(evaluation) = asked.latest(self.scope.scope()).await? else { return Ok(None) };
        let row = asked.loaders.scores.load(&asked.read, (evaluation.0.row.id, self.id)).await?;
        Ok(row.map(|row| ScoreObject::new(evaluation, row)))
    }

    async fn role_now(&self, asked: &Asked) -> Result<DomainRole, Problem> {
        let role = asked.loaders.roles.load(&asked.read, self.key()).await?;
        Ok(role.unwrap_or(DomainRole::Member))
    }
}

/// A person in a group or community.
#[Object(name = "Member")]
impl MemberObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        match &self.scope {
            ScopeObject::Group(group) => NodeId::GroupMember(group.0.id, self.id).id(),
            ScopeObject::Community(community) => NodeId::CommunityMember(community.0.id, self.id).id(),
        }
    }

    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Result<InPlace<PersonObject>, Problem> {
        if let Some(person) = &self.person {
            return Ok(InPlace(PersonObject(Arc::clone(person))));
        }
        let person = Asked::of(ctx)?.person(self.id).await?;
        Ok(InPlace(person.ok_or_else(|| Fault::new(format!("person {} is gone", self.id)))?))
    }

    /// The group or community.
    async fn scope(&self) -> &ScopeObject {
        &self.scope
    }

    /// The group; null for a member of a community.
    async fn group(&self) -> Option<InPlace<&GroupObject>> {
        match &self.scope {
            ScopeObject::Group(group) => Some(InPlace(group)),
            ScopeObject::Community(_) => None,
        }
    }

    /// The community; null for a member of a group.
    async fn community(&self) -> Option<InPlace<&CommunityObject>> {
        match &self.scope {
            ScopeObject::Community(community) => Some(InPlace(community)),
            ScopeObject::Group(_) => None,
        }
    }

    /// What the person is here now. In a community: STAFF, BOT or FACILITATOR when the
    /// person is that in any of its groups.
    async fn role(&self, ctx: &Context<'_>) -> Result<MemberRole, Problem> {
        Ok(self.role_now(Asked::of(ctx)?).await?.into())
    }

    /// When the stay began that runs, or that ran last.
    async fn joined_at(&self, ctx: &Context<'_>) -> Result<DateTime, Problem> {
        Ok(DateTime(self.stay(ctx).await?.joined_at))
    }

    /// When the membership began: a return within 90 days continues the one before.
    async fn began_at(&self, ctx: &Context<'_>) -> Result<DateTime, Problem> {
        Ok(DateTime(self.stay(ctx).await?.began_at))
    }

    /// Whether the beginning of the membership was seen; else the first sign of presence
    /// stands for it, and the member may have been there before.
    async fn join_observed(&self, ctx: &Context<'_>) -> Result<bool, Problem> {
        Ok(self.stay(ctx).await?.join_observed)
    }

    /// When the membership ended; null while it runs.
    async fn ended_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>, Problem> {
        Ok(self.stay(ctx).await?.ended.map(|(at, _)| DateTime(at)))
    }

    /// How the membership ended; null while it runs.
    async fn ended_by(&self, ctx: &Context<'_>) -> Result<Option<MembershipEnd>, Problem> {
        Ok(self.stay(ctx).await?.ended.map(|(_, end)| end.into()))
    }

    /// Who invited, by the interaction that began the stay of `joinedAt`; null when it
    /// does not say.
    async fn invited_by(&self, ctx: &Context<'_>) -> Result<Option<InPlace<PersonObject>>, Problem> {
        match self.stay(ctx).await?.invited_by {
            Some(id) => Ok(Asked::of(ctx)?.person(id).await?.map(InPlace)),
            None => Ok(None),
        }
    }

    /// Every stay, in order of time; in a community, those in each of its groups.
    #[graphql(complexity = "1 + 3 * child_complexity")]
    async fn memberships(&self, ctx: &Context<'_>) -> Result<InPlaceList<MembershipObject>, Problem> {
        let asked = Asked::of(ctx)?;
        let stays = self.stays(asked).await?;
        let found = try_join_all(stays.iter().map(|stay| membership(asked, stay))).await?;
        Ok(InPlaceList(found))
    }

    /// The member's score in the latest evaluation; null when there is none, see
    /// `noScoreReason`.
    async fn score(&self, ctx: &Context<'_>) -> Result<Option<InPlace<ScoreObject>>, Problem> {
        Ok(self.latest(Asked::of(ctx)?).await?.map(InPlace))
    }

    /// Why `score` is null; null when it is not.
    async fn no_score_reason(&self, ctx: &Context<'_>) -> Result<Option<NoScoreReason>, Problem> {
        let asked = Asked::of(ctx)?;
        if self.latest(asked).await?.is_some() {
            return Ok(None);
        }
        Ok(Some(match self.role_now(asked).await? {
            DomainRole::Staff => NoScoreReason::Staff,
            DomainRole::Bot => NoScoreReason::Bot,
            DomainRole::Facilitator => NoScoreReason::Facilitator,
            DomainRole::Member if self.stay(ctx).await?.ended.is_some() => NoScoreReason::Left,
            DomainRole::Member => NoScoreReason::NotEvaluatedYet,
        }))
    }

    /// The member's scores in the last evaluations of the group or community, oldest
    /// first. Evaluations in which the member does not stand are left out.
    #[graphql(complexity = "page::times(last, MAX_HISTORY, child_complexity)")]
    async fn tier_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many evaluations to look back, 1 to 60.", default = 8)] last: i32,
    ) -> Result<InPlaceList<ScoreObject>, Problem> {
        let asked = Asked::of(ctx)?;
        let last = u16::try_from(last).ok().filter(|last| (1..=MAX_HISTORY).contains(last));
        let last = last.ok_or(BAD_LAST)?;
        let key = History { scope: self.scope.scope(), person: self.id, last: last.into() };
        let found = asked.loaders.histories.load(&asked.read, key).await?.unwrap_or_default();
        let score = |(evaluation, row)| ScoreObject::new(EvaluationObject(evaluation), row);
        Ok(InPlaceList(found.into_iter().map(score).collect()))
    }

    /// The pin that holds the member's tier now; null when none does.
    async fn pin(&self, ctx: &Context<'_>) -> Result<Option<InPlace<PinObject>>, Problem> {
        let asked = Asked::of(ctx)?;
        let pin = asked.loaders.pins.load(&asked.read, (self.key(), asked.now)).await?;
        Ok(pin.map(PinObject).map(InPlace))
    }
}

async fn membership(asked: &Asked, stay: &Membership) -> Result<MembershipObject, Problem> {
    let group = asked.group(stay.group).await?;
    let invited_by = match stay.spell.invited_by {
        Some(id) => asked.person(id).await?,
        None => None,
    };
    Ok(MembershipObject {
        group: group.ok_or_else(|| Fault::new(format!("group {} is gone", stay.group)))?,
        joined_at: DateTime(stay.spell.joined_at),
        join_observed: stay.spell.join_observed,
        ended_at: stay.spell.ended_at.map(|(at, _)| DateTime(at)),
        ended_by: stay.spell.ended_at.map(|(_, end)| end.into()),
        invited_by,
    })
}

/// The membership that runs, or that ran last.
struct Stay {
    joined_at: Timestamp,
    began_at: Timestamp,
    join_observed: bool,
    ended: Option<(Timestamp, End)>,
    invited_by: Option<PersonId>,
}

impl Stay {
    /// `None` without any membership.
    fn of(stays: &[Membership], scope: &ScopeObject) -> Option<Self> {
        let running: Vec<&Spell> =
            stays.iter().map(|stay| &stay.spell).filter(|spell| spell.ended_at.is_none()).collect();
        let last = stays.iter().map(|stay| &stay.spell).max_by_key(|spell| spell.ended_at.map(|(at, _)| at));
        let spell = running.first().copied().or(last)?;
        let mut stay = Self {
            joined_at: spell.joined_at,
            began_at: spell.began_at,
            join_observed: spell.began_observed,
            ended: spell.ended_at,
            invited_by: spell.invited_by,
        };
        if let Scope::Community(_) = scope.scope() {
            let spells: Vec<Spell> = stays.iter().map(|stay| stay.spell).collect();
            if let Some(joined) = joined_at(&[&spells], scope.zone(), Timestamp::MAX) {
                stay.began_at = joined.began_at;
                stay.join_observed = joined.began_observed;
            }
        }
        Some(stay)
    }
}
