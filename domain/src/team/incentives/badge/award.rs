use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Award, AwardChanged, BadgesPort};
use crate::access::{Capability, Reason};
use crate::command::{Command, Failure, OrRefuse, Outcome, kept};
use crate::fault::Fault;
use crate::id::{AccountId, AwardId, BadgeId};

/// Awards a badge to a member (M22). For the same reason once more it is the award that is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AwardBadge {
    /// Which badge.
    pub badge: BadgeId,
    /// Whom.
    pub account: AccountId,
    /// What for.
    pub reason: Reason,
}

/// Why no badge was awarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardBadgeRefusal {
    /// There is no such badge.
    NoSuchBadge,
    /// The badge was archived.
    Archived,
    /// There is no such member, or it has left.
    NoSuchMember,
    /// Nobody decides about himself.
    OwnCase,
}

impl<Tx: BadgesPort> Command<Tx> for AwardBadge {
    const NAME: &'static str = "team.award_badge";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = AwardId;
    type Refusal = AwardBadgeRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<AwardId, AwardBadgeRefusal> {
        if tx.acting() == Some(self.account) {
            return Err(Failure::Refused(AwardBadgeRefusal::OwnCase));
        }
        let badge = tx.badge(self.badge).await?.or_refuse(AwardBadgeRefusal::NoSuchBadge)?;
        tx.present(self.account).await?.or_refuse(AwardBadgeRefusal::NoSuchMember)?;
        if let Some(same) = tx.award_for(badge.id, self.account, &self.reason).await? {
            return Ok(same.id);
        }
        if badge.archived_at.is_some() {
            return Err(Failure::Refused(AwardBadgeRefusal::Archived));
        }

        let award = tx.add_award(&self).await?;
        tell(tx, &award)?;
        Ok(award.id)
    }
}

/// Takes a badge back that a member was awarded; its history keeps both.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RevokeBadge {
    /// Which award.
    pub award: AwardId,
    /// Why.
    pub reason: Reason,
}

/// Why a badge was not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeBadgeRefusal {
    /// There is no such award.
    NoSuchAward,
    /// Nobody decides about himself.
    OwnCase,
}

impl<Tx: BadgesPort> Command<Tx> for RevokeBadge {
    const NAME: &'static str = "team.revoke_badge";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = AwardId;
    type Refusal = RevokeBadgeRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<AwardId, RevokeBadgeRefusal> {
        let award = tx.award(self.award).await?.or_refuse(RevokeBadgeRefusal::NoSuchAward)?;
        if tx.acting() == Some(award.account) {
            return Err(Failure::Refused(RevokeBadgeRefusal::OwnCase));
        }
        if award.revoked.is_some() {
            return Ok(award.id);
        }
        let award = tx.revoke_award(award, &self.reason).await?;
        tell(tx, &award)?;
        Ok(award.id)
    }
}

fn tell(tx: &mut impl BadgesPort, award: &Award) -> Result<(), Fault> {
    let revoked = award.revoked.as_ref().map(|revoked| &revoked.reason);
    let detail = json!({
        "award": award.id, "badge": award.badge, "reason": award.reason, "revoked": revoked,
    });
    tx.audit(format!("account:{}", award.account), detail);
    tx.emit(&AwardChanged::from(award))
}
