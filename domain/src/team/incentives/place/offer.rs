use serde_json::json;

use super::{NewOffer, Offer, OfferChanged, PlacesPort};
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::fault::Fault;
use crate::id::OfferId;

/// Offers training with few places (M24).
#[derive(Clone, Debug)]
pub struct CreateTrainingOffer(pub NewOffer);

/// Why nothing was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateTrainingOfferRefusal {
    /// It would close after its last day.
    ClosesLate,
}

impl<Tx: PlacesPort> Command<Tx> for CreateTrainingOffer {
    const NAME: &'static str = "team.create_training_offer";
    const CAPABILITY: Capability = Capability::ManageTraining;
    type Out = OfferId;
    type Refusal = CreateTrainingOfferRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<OfferId, CreateTrainingOfferRefusal> {
        let Self(new) = self;
        if new.closes_on > new.days.last {
            return Err(Failure::Refused(CreateTrainingOfferRefusal::ClosesLate));
        }
        let offer = tx.add_offer(&new).await?;
        tell(tx, &offer)?;
        Ok(offer.id)
    }
}

/// Ends an offer: it takes nobody any more. Who has a place keeps it.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveTrainingOffer {
    /// The offer.
    pub offer: OfferId,
}

/// Why an offer goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveTrainingOfferRefusal {
    /// There is no such offer.
    NoSuchOffer,
}

impl<Tx: PlacesPort> Command<Tx> for ArchiveTrainingOffer {
    const NAME: &'static str = "team.archive_training_offer";
    const CAPABILITY: Capability = Capability::ManageTraining;
    type Out = OfferId;
    type Refusal = ArchiveTrainingOfferRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<OfferId, ArchiveTrainingOfferRefusal> {
        let offer = tx.offer(self.offer).await?.or_refuse(ArchiveTrainingOfferRefusal::NoSuchOffer)?;
        if offer.archived_at.is_some() {
            return Ok(offer.id);
        }
        let offer = tx.archive_offer(offer).await?;
        tell(tx, &offer)?;
        Ok(offer.id)
    }
}

fn tell(tx: &mut impl PlacesPort, offer: &Offer) -> Result<(), Fault> {
    let detail = json!({
        "title": offer.title, "places": offer.places, "days": offer.days, "note": offer.note,
        "closesOn": offer.closes_on, "isArchived": offer.archived_at.is_some(),
    });
    tx.audit(format!("training_offer:{}", offer.id), detail);
    tx.emit(&OfferChanged::from(offer))
}
