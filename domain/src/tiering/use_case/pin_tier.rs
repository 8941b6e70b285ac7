use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place, kept};
use crate::groups::Scope;
use crate::id::{PersonId, PinId};
use crate::tiering::{PinnedTier, Tier, TieringPort};
use crate::time::Timestamp;

/// The longest reason, in characters.
const MAX_REASON_CHARS: usize = 500;

/// Holds a member's tier from the next evaluation on (T28).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PinTier {
    /// The pin's id, made by the caller.
    pub id: PinId,
    /// The group or community.
    pub scope: Scope,
    /// Whose tier.
    pub person: PersonId,
    /// The tier.
    pub tier: Tier,
    /// Why, 1 to 500 characters.
    pub reason: String,
    /// Until when; `None` until it is lifted.
    pub expires_at: Option<Timestamp>,
}

/// Why a tier was not pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinTierRefusal {
    /// There is no such group or community.
    NoSuchScope,
    /// The person was never a member here.
    NotAMember,
    /// Only core, active and ordinary can be pinned.
    TierCannotBePinned,
    /// A reason is needed, of at most 500 characters.
    BadReason,
    /// The pin would end before it begins.
    AlreadyExpired,
}

impl<Tx: TieringPort> Command<Tx> for PinTier {
    const NAME: &'static str = "tiering.pin";
    const CAPABILITY: Capability = Capability::EvaluateTiers;
    type Out = PinnedTier;
    type Refusal = PinTierRefusal;

    fn place(&self) -> Place {
        Place::At(self.scope)
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<PinnedTier, PinTierRefusal> {
        let scope = tx.evaluated_scope(self.scope).await?.or_refuse(PinTierRefusal::NoSuchScope)?;
        if !tx.knows(&scope, self.person).await? {
            return Err(Failure::Refused(PinTierRefusal::NotAMember));
        }
        let pin = decide(&self, tx.now()).map_err(Failure::Refused)?;

        tx.pin(&pin).await?;
        tx.audit(
            pin.scope.to_string(),
            json!({ "pin": pin.id, "person": pin.person, "tier": pin.tier.code(), "reason": pin.reason }),
        );
        Ok(pin)
    }
}

fn decide(command: &PinTier, now: Timestamp) -> Result<PinnedTier, PinTierRefusal> {
    let reason = command.reason.trim();
    if !matches!(command.tier, Tier::Core | Tier::Active | Tier::Ordinary) {
        return Err(PinTierRefusal::TierCannotBePinned);
    }
    if reason.is_empty() || reason.chars().count() > MAX_REASON_CHARS {
        return Err(PinTierRefusal::BadReason);
    }
    if command.expires_at.is_some_and(|end| end <= now) {
        return Err(PinTierRefusal::AlreadyExpired);
    }
    Ok(PinnedTier {
        id: command.id,
        scope: command.scope,
        person: command.person,
        tier: command.tier,
        reason: reason.to_owned(),
        expires_at: command.expires_at,
    })
}
