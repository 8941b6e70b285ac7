use std::future::Future;

use super::super::CalendarPort;
use super::{NewOffer, Offer, Place};
use crate::access::Reason;
use crate::fault::Fault;
use crate::id::{AccountId, OfferId, PlaceId};

/// Offers of training and their places.
pub trait PlacesPort: CalendarPort {
    /// An offer, held until the commit: of two who want the last place one sees the other's.
    fn offer(&mut self, id: OfferId) -> impl Future<Output = Result<Option<Offer>, Fault>> + Send;

    /// Adds an offer.
    fn add_offer(&mut self, new: &NewOffer) -> impl Future<Output = Result<Offer, Fault>> + Send;

    /// Archives an offer that is held.
    fn archive_offer(&mut self, offer: Offer) -> impl Future<Output = Result<Offer, Fault>> + Send;

    /// How many places of an offer that is held are taken.
    fn taken(&mut self, offer: &Offer) -> impl Future<Output = Result<u32, Fault>> + Send;

    /// A place, held until the commit.
    fn place(&mut self, id: PlaceId) -> impl Future<Output = Result<Option<Place>, Fault>> + Send;

    /// The place of a member in an offer that is held, unless it was given up.
    fn place_of(
        &mut self,
        offer: &Offer,
        account: AccountId,
    ) -> impl Future<Output = Result<Option<Place>, Fault>> + Send;

    /// Gives a member a place in an offer that is held.
    fn add_place(
        &mut self,
        offer: &Offer,
        account: AccountId,
    ) -> impl Future<Output = Result<Place, Fault>> + Send;

    /// Writes that a place that is held was given up.
    fn release_place(
        &mut self,
        place: Place,
        reason: &Reason,
    ) -> impl Future<Output = Result<Place, Fault>> + Send;
}
