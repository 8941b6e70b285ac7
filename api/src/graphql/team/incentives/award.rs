//! Making badges, and awarding them.

use async_graphql::{Context, ID, InputObject, Object};
use qun_domain::id::{AwardId, BadgeId};
use qun_domain::team::{
    ArchiveBadge, ArchiveBadgeRefusal, AwardBadge, AwardBadgeRefusal, CreateBadge, CreateBadgeRefusal,
    RevokeBadge, RevokeBadgeRefusal,
};

use super::super::mutation::reason;
use super::badge::{BadgeAward, BadgeObject};
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled_or_proposed};
use crate::graphql::node::NodeId;
use crate::graphql::proposable::proposable;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// A badge to make.
#[derive(InputObject)]
struct CreateBadgeInput {
    /// What it is called, 1 to 200 characters; unique among the badges that were not archived.
    name: String,
    /// What it is for, 1 to 500 characters.
    description: String,
    /// Which picture a front end shows for it: 1 to 60 lower-case letters, digits and hyphens.
    icon: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A badge to archive.
#[derive(InputObject)]
struct ArchiveBadgeInput {
    /// The global id of the badge.
    badge: ID,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// Whom a badge is awarded to, and what for.
#[derive(InputObject)]
struct AwardBadgeInput {
    /// The global id of the badge.
    badge: ID,
    /// The global id of the account, or of the member.
    account: ID,
    /// What for, 1 to 500 characters: a member has a badge once for a reason.
    reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A badge to take back.
#[derive(InputObject)]
struct RevokeBadgeInput {
    /// The global id of the award.
    award: ID,
    /// Why, 1 to 500 characters.
    reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

proposable! {
    /// What came of making a badge.
    CreateBadgePayload {
        /// The badge; null when nothing was done.
        badge: BadgeObject,
    }
    /// What came of archiving a badge.
    ArchiveBadgePayload {
        /// The badge as it is now; null when nothing was done.
        badge: BadgeObject,
    }
    /// What came of awarding a badge.
    AwardBadgePayload {
        /// The award; null when nothing was done.
        award: BadgeAward,
    }
    /// What came of taking a badge back.
    RevokeBadgePayload {
        /// The award as it is now; null when nothing was done.
        award: BadgeAward,
    }
}

fn badge(id: &ID) -> Option<BadgeId> {
    match NodeId::read(id) {
        Some(NodeId::Badge(id)) => Some(id),
        _ => None,
    }
}

fn award(id: &ID) -> Option<AwardId> {
    match NodeId::read(id) {
        Some(NodeId::BadgeAward(id)) => Some(id),
        _ => None,
    }
}

/// What the input asks for, or what is wrong with it.
fn created(asked: &Asked, input: &CreateBadgeInput) -> Result<CreateBadge, UserError> {
    let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
    Ok(CreateBadge {
        name: input.name.parse().map_err(|_| refusal(Code::InvalidName, "name"))?,
        description: input.description.parse().map_err(|_| refusal(Code::InvalidText, "description"))?,
        icon: input.icon.parse().map_err(|_| refusal(Code::InvalidKey, "icon"))?,
    })
}

fn awarded(asked: &Asked, input: &AwardBadgeInput) -> Result<AwardBadge, UserError> {
    let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
    Ok(AwardBadge {
        badge: badge(&input.badge).ok_or_else(|| refusal(Code::NotFound, "badge"))?,
        account: NodeId::account(&input.account).ok_or_else(|| refusal(Code::NotFound, "account"))?,
        reason: reason(asked, &input.reason)?,
    })
}

#[derive(Default)]
pub(in crate::graphql) struct BadgeMutation;

#[Object]
impl BadgeMutation {
    /// Makes a badge. The same once more is the one that is there. Needs the capability
    /// `MANAGE_TEAM`.
    async fn create_badge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The badge.")] input: CreateBadgeInput,
    ) -> Result<CreateBadgePayload, Problem> {
        let asked = Asked::to_run::<CreateBadge>(ctx, input.idempotency_key.as_deref())?;
        let command = match created(&asked, &input) {
            Ok(command) => command,
            Err(error) => return Ok(error.into()),
        };
        let tell = |why| match why {
            CreateBadgeRefusal::NameTaken => vec![asked.refusal(Code::NameTaken, &["input", "name"])],
        };
        match settled_or_proposed(asked.execute(command).await?, tell)? {
            Ok(id) => Ok(CreateBadgePayload { badge: asked.badge(id).await?, ..Default::default() }),
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Ends a badge: it is awarded no more, and who has it keeps it. Needs the capability
    /// `MANAGE_TEAM`.
    async fn archive_badge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ArchiveBadgeInput,
    ) -> Result<ArchiveBadgePayload, Problem> {
        let asked = Asked::to_run::<ArchiveBadge>(ctx, input.idempotency_key.as_deref())?;
        let missing = || asked.refusal(Code::NotFound, &["input", "badge"]);
        let Some(badge) = badge(&input.badge) else { return Ok(missing().into()) };
        let tell = |why| match why {
            ArchiveBadgeRefusal::NoSuchBadge => vec![missing()],
        };
        match settled_or_proposed(asked.execute(ArchiveBadge { badge }).await?, tell)? {
            Ok(id) => Ok(ArchiveBadgePayload { badge: asked.badge(id).await?, ..Default::default() }),
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Awards a badge to somebody else. For the same reason once more it is the award that is
    /// there. Needs the capability `MANAGE_TEAM`.
    async fn award_badge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, whom and what for.")] input: AwardBadgeInput,
    ) -> Result<AwardBadgePayload, Problem> {
        let asked = Asked::to_run::<AwardBadge>(ctx, input.idempotency_key.as_deref())?;
        let command = match awarded(&asked, &input) {
            Ok(command) => command,
            Err(error) => return Ok(error.into()),
        };
        let tell = |why| {
            let (code, key) = match why {
                AwardBadgeRefusal::NoSuchBadge => (Code::NotFound, "badge"),
                AwardBadgeRefusal::Archived => (Code::BadgeArchived, "badge"),
                AwardBadgeRefusal::NoSuchMember => (Code::NotFound, "account"),
                AwardBadgeRefusal::OwnCase => (Code::OwnCase, "account"),
            };
            vec![asked.refusal(code, &["input", key])]
        };
        match settled_or_proposed(asked.execute(command).await?, tell)? {
            Ok(id) => Ok(AwardBadgePayload { award: asked.badge_award(id).await?, ..Default::default() }),
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Takes back a badge that somebody else was awarded; the history keeps both. Needs the
    /// capability `MANAGE_TEAM`.
    async fn revoke_badge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which award, and why.")] input: RevokeBadgeInput,
    ) -> Result<RevokeBadgePayload, Problem> {
        let asked = Asked::to_run::<RevokeBadge>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
        let refused = |code, key: &str| Ok(refusal(code, key).into());
        let Some(award) = award(&input.award) else { return refused(Code::NotFound, "award") };
        let reason = match reason(&asked, &input.reason) {
            Ok(reason) => reason,
            Err(error) => return Ok(error.into()),
        };
        let tell = |why| {
            vec![match why {
                RevokeBadgeRefusal::NoSuchAward => refusal(Code::NotFound, "award"),
                RevokeBadgeRefusal::OwnCase => refusal(Code::OwnCase, "award"),
            }]
        };
        match settled_or_proposed(asked.execute(RevokeBadge { award, reason }).await?, tell)? {
            Ok(id) => Ok(RevokeBadgePayload { award: asked.badge_award(id).await?, ..Default::default() }),
            Err(undone) => Ok(undone.into()),
        }
    }
}
