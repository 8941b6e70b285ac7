use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use qun_domain::id::{AccountId, LadderStepId};
use qun_domain::scope::Scope;
use qun_domain::team::MemberState as DomainState;
use qun_infra::team::{LadderPage, MemberRow, members_page};

use super::course::Training;
use super::incentives::{
    BadgeAwardConnection, BonusConnection, BonusSuggestionObject, TrainingPlaceConnection, badge_awards,
    bonuses_of, places_of,
};
use super::kpi::MemberKpis;
use super::leave::{LeaveConnection, leaves};
use super::step::{LadderStepConnection, LadderStepObject};
use crate::graphql::access::{Account, RoleAssignment};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page::{self, Slice, connection};
use crate::graphql::scalars::{DateTime, Month};
use crate::graphql::scope::AnyScope;

/// Whether a member may do what its assignments allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainState")]
enum MemberState {
    /// It may.
    Active,
    /// It may nothing until it is reinstated.
    Suspended,
    /// It has left the organization; its history stays.
    Left,
}

connection!(
    TeamConnection,
    TeamEdge,
    TeamMemberObject,
    "A page of members of the team.",
    "A member of the team and its place in the list."
);

/// A page of members.
pub(in crate::graphql) async fn team(
    asked: &Asked,
    first: Option<i32>,
    after: Option<String>,
) -> Result<TeamConnection, Problem> {
    let slice = Slice::<AccountId>::new(first, after.as_deref())?;
    let found = members_page(&asked.read, slice.after, slice.limit()).await?;
    let found = found.into_iter().map(|row| TeamMemberObject(Arc::new(row)));
    Ok(TeamConnection { page: slice.page(found, |member: &TeamMemberObject| member.0.account) })
}

impl Asked {
    /// The member, if the organization has it.
    pub(in crate::graphql) async fn team_member(
        &self,
        account: AccountId,
    ) -> Result<Option<TeamMemberObject>, Problem> {
        Ok(self.loaders.team_members.load(&self.read, account).await?.map(TeamMemberObject))
    }
}

/// A member of the team: an account in an organization.
#[derive(Clone)]
pub(in crate::graphql) struct TeamMemberObject(Arc<MemberRow>);

/// A member of the team: an account in an organization.
#[Object(name = "TeamMember")]
impl TeamMemberObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::TeamMember(self.0.account).id()
    }

    /// The account.
    async fn account(&self, ctx: &Context<'_>) -> Result<Account, Problem> {
        Asked::of(ctx)?.account(self.0.account).await
    }

    /// Whether it may do anything.
    async fn state(&self) -> MemberState {
        self.0.state.into()
    }

    /// When it first joined the organization.
    async fn joined_at(&self) -> DateTime {
        DateTime(self.0.joined_at)
    }

    /// What it is; a suspension leaves it as it is, and takes its power.
    async fn assignments(&self, ctx: &Context<'_>) -> Result<Vec<RoleAssignment>, Problem> {
        RoleAssignment::of(Asked::of(ctx)?, self.0.account).await
    }

    /// How much of a working time its assignments take together, in basis points: more than 10,000
    /// is more than there is.
    async fn share_basis_points(&self, ctx: &Context<'_>) -> Result<u32, Problem> {
        let asked = Asked::of(ctx)?;
        let held = asked.loaders.assignments.load(&asked.read, (self.0.account, asked.now)).await?;
        Ok(held.iter().flat_map(|held| held.iter()).map(|held| u32::from(held.share.basis_points())).sum())
    }

    /// Its figures in a month of the organization's zone; null where there is no such scope. One's
    /// own, or for who holds the capability `MANAGE_TEAM` there, if only to propose.
    #[graphql(complexity = "20 + child_complexity")]
    async fn kpis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The month.")] month: Month,
        #[graphql(
            desc = "The global id of a group or community, for what was done there; all when left out."
        )]
        scope: Option<ID>,
    ) -> Result<Option<MemberKpis>, Problem> {
        let asked = Asked::of(ctx)?;
        let scope = match scope {
            None => Scope::Organization,
            Some(id) => {
                let Some(scope) = NodeId::scope(asked, &id) else { return Ok(None) };
                if AnyScope::find(asked, scope).await?.is_none() {
                    return Ok(None);
                }
                scope
            }
        };
        MemberKpis::of(asked, self.0.account, month.0, scope).await
    }

    /// Where it stands in the courses that are required of it, in the order of the courses. One's
    /// own, or for who holds the capability `MANAGE_TRAINING`.
    #[graphql(complexity = "page::times(20, page::MAX, child_complexity)")]
    async fn training(&self, ctx: &Context<'_>) -> Result<Vec<Training>, Problem> {
        Training::of(Asked::of(ctx)?, self.0.account).await
    }

    /// The days on which it is away, the last recorded first, also those that were cancelled. One's
    /// own, or for who holds `MANAGE_TEAM`, if only to propose.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn leaves(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<LeaveConnection, Problem> {
        leaves(Asked::of(ctx)?, self.0.account, first, after.as_deref()).await
    }

    /// What it is called by its highest rank, as the policy's `incentives.titles` says in the language
    /// of the request; null for no title.
    async fn title(&self, ctx: &Context<'_>) -> Result<Option<String>, Problem> {
        let asked = Asked::of(ctx)?;
        let held = asked.loaders.assignments.load(&asked.read, (self.0.account, asked.now)).await?;
        // An owner has no rank, and is above all ranks.
        let ranks = held.iter().flat_map(|held| held.iter()).map(|held| held.position().rank);
        match ranks.max_by_key(|rank| (rank.is_none(), *rank)) {
            Some(rank) => asked.title(rank).await,
            None => Ok(None),
        }
    }

    /// The badges that it was awarded, the last one first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn badges(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether those that were taken back are among them: one's own, or for who holds \
                          `MANAGE_TEAM`, if only to propose. False when left out.")]
        with_revoked: Option<bool>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<BadgeAwardConnection, Problem> {
        let with_revoked = with_revoked.unwrap_or_default();
        badge_awards(Asked::of(ctx)?, self.0.account, with_revoked, first, after.as_deref()).await
    }

    /// Its bonuses, the last granted first. One's own, or for who holds `MANAGE_TEAM`, if only to
    /// propose.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn bonuses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<BonusConnection, Problem> {
        bonuses_of(Asked::of(ctx)?, self.0.account, first, after.as_deref()).await
    }

    /// The bonus that the policy's `incentives.bonus` suggests for a month; null where it has no base
    /// for the rank of the member. One's own, or for who holds `MANAGE_TEAM`, if only to propose.
    #[graphql(complexity = "20 + child_complexity")]
    async fn bonus_suggestion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The month, in the zone of the organization.")] month: Month,
    ) -> Result<Option<BonusSuggestionObject>, Problem> {
        BonusSuggestionObject::of(Asked::of(ctx)?, self.0.account, month.0).await
    }

    /// The places in training that it was given, the last one first, also those that were given up.
    /// One's own, or for who holds the capability `MANAGE_TRAINING`.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn training_places(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<TrainingPlaceConnection, Problem> {
        places_of(Asked::of(ctx)?, self.0.account, first, after.as_deref()).await
    }

    /// What became of it, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<LadderStepConnection, Problem> {
        let asked = Asked::of(ctx)?;
        let slice = Slice::<LadderStepId>::new(first, after.as_deref())?;
        let page = LadderPage { account: self.0.account, after: slice.after, limit: slice.limit() };
        let found = asked.loaders.ladder_pages.load(&asked.read, page).await?.unwrap_or_default();
        let found = found.into_iter().map(LadderStepObject);
        Ok(LadderStepConnection { page: slice.page(found, |step: &LadderStepObject| step.0.id) })
    }
}
