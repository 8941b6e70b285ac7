use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Capability;
use crate::command::{Command, OrRefuse, Outcome, Place, kept};
use crate::id::PinId;
use crate::tiering::{PinnedTier, TieringPort};

/// Lifts a pin: the next evaluation takes the week's tier at once (TIERING.md, section 7).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct UnpinTier {
    /// The pin.
    pub pin: PinId,
}

/// Why a pin was not lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpinTierRefusal {
    /// There is no such pin, or it is lifted already.
    NoSuchPin,
}

impl<Tx: TieringPort> Command<Tx> for UnpinTier {
    const NAME: &'static str = "tiering.unpin";
    const CAPABILITY: Capability = Capability::EvaluateTiers;
    type Out = PinnedTier;
    type Refusal = UnpinTierRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<PinnedTier, UnpinTierRefusal> {
        let pin = tx.pinned(self.pin).await?.or_refuse(UnpinTierRefusal::NoSuchPin)?;
        tx.admit(Capability::EvaluateTiers, pin.scope)?;

        tx.lift(pin.clone()).await?;
        tx.audit(pin.scope.to_string(), json!({ "lifted": pin.id, "person": pin.person }));
        Ok(pin)
    }
}
