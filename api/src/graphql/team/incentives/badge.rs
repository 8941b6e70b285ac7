//! Badges, and whom they were awarded to.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, AwardId, BadgeId};
use qun_domain::scope::Scope;
use qun_domain::team::{Award, Badge};
use qun_infra::team::{AwardPage, award_by_id, badges_page};

use super::super::TeamMemberObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page::{Slice, connection};
use crate::graphql::scalars::DateTime;

connection!(
    BadgeConnection,
    BadgeEdge,
    BadgeObject,
    "A page of badges.",
    "A badge and its place in the list."
);

connection!(
    BadgeAwardConnection,
    BadgeAwardEdge,
    BadgeAward,
    "A page of badges that were awarded.",
    "A badge that was awarded, and its place in the list."
);

/// An honour that the organization has to give.
#[derive(Clone)]
pub(in crate::graphql) struct BadgeObject(Arc<Badge>);

impl Asked {
    /// The badge, if the organization has it.
    pub(in crate::graphql) async fn badge(&self, id: BadgeId) -> Result<Option<BadgeObject>, Problem> {
        Ok(self.loaders.badges.load(&self.read, id).await?.map(BadgeObject))
    }

    /// An award, as it is now.
    pub(super) async fn badge_award(&self, id: AwardId) -> Result<Option<BadgeAward>, Problem> {
        Ok(award_by_id(&self.read, id).await?.map(|award| BadgeAward(Arc::new(award))))
    }
}

/// An honour that the organization has to give.
#[Object(name = "Badge")]
impl BadgeObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::Badge(self.0.id).id()
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is for.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Which picture a front end shows for it: lower-case letters, digits and hyphens.
    async fn icon(&self) -> &str {
        &self.0.icon
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was archived; null while it is awarded.
    async fn archived_at(&self) -> Option<DateTime> {
        self.0.archived_at.map(DateTime)
    }
}

/// Badges in the order in which they were made.
pub(in crate::graphql) async fn badges(
    asked: &Asked,
    with_archived: bool,
    first: Option<i32>,
    after: Option<String>,
) -> Result<BadgeConnection, Problem> {
    let slice = Slice::<BadgeId>::new(first, after.as_deref())?;
    let found = badges_page(&asked.read, with_archived, slice.after, slice.limit()).await?;
    let found = found.into_iter().map(|badge| BadgeObject(Arc::new(badge)));
    Ok(BadgeConnection { page: slice.page(found, |badge: &BadgeObject| badge.0.id) })
}

/// A page of the badges of a member. Those that were taken back are for itself, and for who manages
/// the team, if only by proposals.
pub(in crate::graphql) async fn badge_awards(
    asked: &Asked,
    account: AccountId,
    with_revoked: bool,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<BadgeAwardConnection, Problem> {
    let slice = Slice::<AwardId>::new(first, after)?;
    if with_revoked {
        asked.is_or_manages(account, Scope::Organization)?;
    }
    let page = AwardPage { account, with_revoked, after: slice.after, limit: slice.limit() };
    let found = asked.loaders.award_pages.load(&asked.read, page).await?.unwrap_or_default();
    let found = found.into_iter().map(BadgeAward);
    Ok(BadgeAwardConnection { page: slice.page(found, |award: &BadgeAward| award.0.id) })
}

/// A badge that a member was awarded.
#[derive(Clone)]
pub(in crate::graphql) struct BadgeAward(Arc<Award>);

/// A badge that a member was awarded.
#[Object]
impl BadgeAward {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::BadgeAward(self.0.id).id()
    }

    /// Which badge.
    async fn badge(&self, ctx: &Context<'_>) -> Result<BadgeObject, Problem> {
        let found = Asked::of(ctx)?.badge(self.0.badge).await?;
        Ok(found.ok_or_else(|| Fault::new(format!("badge {} is gone", self.0.badge)))?)
    }

    /// Whose.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<TeamMemberObject>, Problem> {
        Asked::of(ctx)?.team_member(self.0.account).await
    }

    /// What for.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who awarded it, as the audit log names actors.
    async fn awarded_by(&self) -> &str {
        &self.0.awarded_by
    }

    /// When.
    async fn awarded_at(&self) -> DateTime {
        DateTime(self.0.awarded_at)
    }

    /// When it was taken back; null while it holds.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked.as_ref().map(|revoked| DateTime(revoked.at))
    }

    /// Who took it back, as the audit log names actors; null while it holds.
    async fn revoked_by(&self) -> Option<&str> {
        self.0.revoked.as_ref().map(|revoked| revoked.by.as_str())
    }

    /// Why it was taken back; null while it holds.
    async fn revoke_reason(&self) -> Option<&str> {
        self.0.revoked.as_ref().map(|revoked| revoked.reason.as_str())
    }
}
