use serde::Serialize;

use super::super::Withdrawal;
use crate::event::DomainEvent;
use crate::id::{AccountId, AwardId, BadgeId};
use crate::text::{Line, Prose};
use crate::time::Timestamp;

/// What a badge is called.
pub type BadgeName = Line<200>;

/// What a badge is for.
pub type BadgeDescription = Prose<500>;

/// An honour that an organization has to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Its id.
    pub id: BadgeId,
    /// What it is called; unique among those that go on.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Which picture a front end shows for it.
    pub icon: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was archived; none while it goes on.
    pub archived_at: Option<Timestamp>,
}

/// A badge that a member was awarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// Its id.
    pub id: AwardId,
    /// Which badge.
    pub badge: BadgeId,
    /// Whom.
    pub account: AccountId,
    /// What for.
    pub reason: String,
    /// Who awarded it, as the audit log names actors.
    pub awarded_by: String,
    /// When.
    pub awarded_at: Timestamp,
    /// That it was taken back; none while it holds.
    pub revoked: Option<Withdrawal>,
}

/// A badge was made or archived: what it is afterwards.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BadgeChanged {
    /// The badge.
    pub badge: BadgeId,
    /// Whether it goes on.
    pub is_archived: bool,
}

impl From<&Badge> for BadgeChanged {
    fn from(badge: &Badge) -> Self {
        Self { badge: badge.id, is_archived: badge.archived_at.is_some() }
    }
}

impl DomainEvent for BadgeChanged {
    fn name(&self) -> &'static str {
        "team.badge_changed"
    }

    fn aggregate(&self) -> String {
        format!("badge:{}", self.badge)
    }
}

/// A badge was awarded or taken back.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AwardChanged {
    /// The award.
    pub award: AwardId,
    /// Which badge.
    pub badge: BadgeId,
    /// Whose.
    pub account: AccountId,
    /// Whether it was taken back.
    pub is_revoked: bool,
}

impl From<&Award> for AwardChanged {
    fn from(award: &Award) -> Self {
        Self {
            award: award.id,
            badge: award.badge,
            account: award.account,
            is_revoked: award.revoked.is_some(),
        }
    }
}

impl DomainEvent for AwardChanged {
    fn name(&self) -> &'static str {
        "team.award_changed"
    }

    fn aggregate(&self) -> String {
        format!("account:{}", self.account)
    }
}
