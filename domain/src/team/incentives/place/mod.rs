//! Growth: offers of training with few places, and who has one (M24).

mod allocate;
mod model;
mod offer;
mod port;

pub use allocate::{AllocatePlace, AllocatePlaceRefusal, ReleasePlace, ReleasePlaceRefusal};
pub use model::{
    BadPlaces, NewOffer, NotOpen, Offer, OfferChanged, OfferNote, OfferTitle, Place, PlaceChanged, Places,
};
pub use offer::{
    ArchiveTrainingOffer, ArchiveTrainingOfferRefusal, CreateTrainingOffer, CreateTrainingOfferRefusal,
};
pub use port::PlacesPort;
