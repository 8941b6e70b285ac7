use serde_json::json;

use super::{NotOpen, Place, PlaceChanged, PlacesPort};
use crate::access::{Capability, Reason};
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::fault::Fault;
use crate::id::{AccountId, OfferId, PlaceId};

/// Gives a member a place in an offer of training, never more than there are (M24). The same once
/// more is the one that is there.
#[derive(Clone, Copy, Debug)]
pub struct AllocatePlace {
    /// In which offer.
    pub offer: OfferId,
    /// Whom.
    pub account: AccountId,
}

/// Why no place was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllocatePlaceRefusal {
    /// There is no such offer.
    NoSuchOffer,
    /// There is no such member, or it has left.
    NoSuchMember,
    /// Nobody decides about himself.
    OwnCase,
    /// The offer was archived.
    Archived,
    /// The offer has closed.
    Closed,
    /// All places are taken.
    Full,
}

impl From<NotOpen> for AllocatePlaceRefusal {
    fn from(why: NotOpen) -> Self {
        match why {
            NotOpen::Archived => Self::Archived,
            NotOpen::Closed => Self::Closed,
            NotOpen::Full => Self::Full,
        }
    }
}

impl<Tx: PlacesPort> Command<Tx> for AllocatePlace {
    const NAME: &'static str = "team.allocate_place";
    const CAPABILITY: Capability = Capability::ManageTraining;
    type Out = PlaceId;
    type Refusal = AllocatePlaceRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<PlaceId, AllocatePlaceRefusal> {
        let Self { offer, account } = self;
        if tx.acting() == Some(account) {
            return Err(Failure::Refused(AllocatePlaceRefusal::OwnCase));
        }
        let offer = tx.offer(offer).await?.or_refuse(AllocatePlaceRefusal::NoSuchOffer)?;
        tx.present(account).await?.or_refuse(AllocatePlaceRefusal::NoSuchMember)?;
        if let Some(same) = tx.place_of(&offer, account).await? {
            return Ok(same.id);
        }
        let (taken, today) = (tx.taken(&offer).await?, tx.today().await?);
        offer.admits(taken, today).map_err(|why| Failure::Refused(why.into()))?;

        let place = tx.add_place(&offer, account).await?;
        tell(tx, &place)?;
        Ok(place.id)
    }
}

/// Gives a place up that a member has, so that another may have it.
#[derive(Clone, Debug)]
pub struct ReleasePlace {
    /// Which place.
    pub place: PlaceId,
    /// Why.
    pub reason: Reason,
}

/// Why a place stays taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleasePlaceRefusal {
    /// There is no such place.
    NoSuchPlace,
}

impl<Tx: PlacesPort> Command<Tx> for ReleasePlace {
    const NAME: &'static str = "team.release_place";
    const CAPABILITY: Capability = Capability::ManageTraining;
    type Out = PlaceId;
    type Refusal = ReleasePlaceRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<PlaceId, ReleasePlaceRefusal> {
        let place = tx.place(self.place).await?.or_refuse(ReleasePlaceRefusal::NoSuchPlace)?;
        if place.released.is_some() {
            return Ok(place.id);
        }
        let place = tx.release_place(place, &self.reason).await?;
        tell(tx, &place)?;
        Ok(place.id)
    }
}

fn tell(tx: &mut impl PlacesPort, place: &Place) -> Result<(), Fault> {
    let released = place.released.as_ref().map(|released| &released.reason);
    let detail = json!({ "place": place.id, "offer": place.offer, "released": released });
    tx.audit(format!("account:{}", place.account), detail);
    tx.emit(&PlaceChanged::from(place))
}
