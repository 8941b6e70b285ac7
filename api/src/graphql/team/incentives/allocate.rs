//! Offering training, and giving its places.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use qun_domain::id::{OfferId, PlaceId};
use qun_domain::team::{
    AllocatePlace, AllocatePlaceRefusal, ArchiveTrainingOffer, ArchiveTrainingOfferRefusal,
    CreateTrainingOffer, CreateTrainingOfferRefusal, DaySpan, NewOffer, Places, ReleasePlace,
    ReleasePlaceRefusal,
};

use super::super::mutation::reason;
use super::place::{OfferObject, TrainingPlace};
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled};
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Training to offer.
#[derive(InputObject)]
struct CreateTrainingOfferInput {
    /// What it is called, 1 to 200 characters.
    title: String,
    /// How many places it has, 1 to 1,000.
    places: i32,
    /// The first day on which it takes place, in the zone of the organization.
    first_day: Date,
    /// The last day: at most 366 days from the first one on.
    last_day: Date,
    /// What there is to say about it, 1 to 500 characters.
    note: Option<String>,
    /// The last day on which places are given, not after `lastDay`; that day when left out.
    closes_on: Option<Date>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A training offer to archive.
#[derive(InputObject)]
struct ArchiveTrainingOfferInput {
    /// The global id of the offer.
    offer: ID,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// Who is given a place.
#[derive(InputObject)]
struct AllocatePlaceInput {
    /// The global id of the offer.
    offer: ID,
    /// The global id of the account, or of the member.
    account: ID,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A place that is given up.
#[derive(InputObject)]
struct ReleasePlaceInput {
    /// The global id of the place.
    place: ID,
    /// Why, 1 to 500 characters.
    reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

macro_rules! payloads {
    ($($(#[doc = $doc:literal])+ $name:ident { $(#[doc = $about:literal])+ $field:ident: $object:ty })+) => {$(
        $(#[doc = $doc])+
        #[derive(Default, SimpleObject)]
        struct $name {
            $(#[doc = $about])+
            $field: Option<$object>,
            /// Why nothing was done; empty when it was.
            user_errors: Vec<UserError>,
        }

        impl $name {
            fn refused(error: UserError) -> Self {
                Self { user_errors: vec![error], ..Self::default() }
            }
        }
    )+};
}

payloads! {
    /// What came of offering training.
    CreateTrainingOfferPayload {
        /// The offer; null when nothing was done.
        offer: OfferObject
    }
    /// What came of archiving a training offer.
    ArchiveTrainingOfferPayload {
        /// The offer as it is now; null when nothing was done.
        offer: OfferObject
    }
    /// What came of giving a place.
    AllocatePlacePayload {
        /// The place; null when nothing was done.
        place: TrainingPlace
    }
    /// What came of giving a place up.
    ReleasePlacePayload {
        /// The place as it is now; null when nothing was done.
        place: TrainingPlace
    }
}

fn offer(id: &ID) -> Option<OfferId> {
    match NodeId::read(id) {
        Some(NodeId::TrainingOffer(id)) => Some(id),
        _ => None,
    }
}

fn place(id: &ID) -> Option<PlaceId> {
    match NodeId::read(id) {
        Some(NodeId::TrainingPlace(id)) => Some(id),
        _ => None,
    }
}

/// What the input asks for, or what is wrong with it.
fn offered(asked: &Asked, input: &CreateTrainingOfferInput) -> Result<NewOffer, UserError> {
    let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
    let title = input.title.parse().map_err(|_| refusal(Code::InvalidText, "title"))?;
    let places = u32::try_from(input.places).ok().and_then(|places| Places::try_from(places).ok());
    let places = places.ok_or_else(|| refusal(Code::InvalidPlaces, "places"))?;
    let days = DaySpan::new(input.first_day.0, input.last_day.0);
    let days = days.map_err(|_| refusal(Code::InvalidDays, "lastDay"))?;
    let note = input.note.as_deref().map(str::parse).transpose();
    let note = note.map_err(|_| refusal(Code::InvalidText, "note"))?;
    let closes_on = input.closes_on.map_or(days.last, |day| day.0);
    Ok(NewOffer { title, places, days, note, closes_on })
}

#[derive(Default)]
pub(in crate::graphql) struct PlaceMutation;

#[Object]
impl PlaceMutation {
    /// Offers training with few places. Needs the capability `MANAGE_TRAINING`.
    async fn create_training_offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The offer.")] input: CreateTrainingOfferInput,
    ) -> Result<CreateTrainingOfferPayload, Problem> {
        let asked = Asked::to_run::<CreateTrainingOffer>(ctx, input.idempotency_key.as_deref())?;
        let new = match offered(&asked, &input) {
            Ok(new) => new,
            Err(error) => return Ok(CreateTrainingOfferPayload::refused(error)),
        };
        let tell = |why| match why {
            CreateTrainingOfferRefusal::ClosesLate => {
                vec![asked.refusal(Code::InvalidClosing, &["input", "closesOn"])]
            }
        };
        Ok(match settled(asked.execute(CreateTrainingOffer(new)).await?, tell)? {
            Ok(id) => {
                CreateTrainingOfferPayload { offer: asked.training_offer(id).await?, ..Default::default() }
            }
            Err(user_errors) => CreateTrainingOfferPayload { user_errors, ..Default::default() },
        })
    }

    /// Ends a training offer: it takes nobody any more, and who has a place keeps it. Needs the
    /// capability `MANAGE_TRAINING`.
    async fn archive_training_offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ArchiveTrainingOfferInput,
    ) -> Result<ArchiveTrainingOfferPayload, Problem> {
        let asked = Asked::to_run::<ArchiveTrainingOffer>(ctx, input.idempotency_key.as_deref())?;
        let missing = || asked.refusal(Code::NotFound, &["input", "offer"]);
        let Some(offer) = offer(&input.offer) else {
            return Ok(ArchiveTrainingOfferPayload::refused(missing()));
        };
        let tell = |why| match why {
            ArchiveTrainingOfferRefusal::NoSuchOffer => vec![missing()],
        };
        Ok(match settled(asked.execute(ArchiveTrainingOffer { offer }).await?, tell)? {
            Ok(id) => {
                ArchiveTrainingOfferPayload { offer: asked.training_offer(id).await?, ..Default::default() }
            }
            Err(user_errors) => ArchiveTrainingOfferPayload { user_errors, ..Default::default() },
        })
    }

    /// Gives somebody else a place in training, never more than there are. The same once more is the
    /// one that is there. Needs the capability `MANAGE_TRAINING`.
    async fn allocate_place(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and in which offer.")] input: AllocatePlaceInput,
    ) -> Result<AllocatePlacePayload, Problem> {
        let asked = Asked::to_run::<AllocatePlace>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
        let refused = |key: &str| Ok(AllocatePlacePayload::refused(refusal(Code::NotFound, key)));
        let Some(offer) = offer(&input.offer) else { return refused("offer") };
        let Some(account) = NodeId::account(&input.account) else { return refused("account") };
        let tell = |why| {
            vec![match why {
                AllocatePlaceRefusal::NoSuchOffer => refusal(Code::NotFound, "offer"),
                AllocatePlaceRefusal::NoSuchMember => refusal(Code::NotFound, "account"),
                AllocatePlaceRefusal::OwnCase => refusal(Code::OwnCase, "account"),
                AllocatePlaceRefusal::Archived | AllocatePlaceRefusal::Closed => {
                    refusal(Code::OfferClosed, "offer")
                }
                AllocatePlaceRefusal::Full => refusal(Code::NoPlaceLeft, "offer"),
            }]
        };
        Ok(match settled(asked.execute(AllocatePlace { offer, account }).await?, tell)? {
            Ok(id) => AllocatePlacePayload { place: asked.training_place(id).await?, ..Default::default() },
            Err(user_errors) => AllocatePlacePayload { user_errors, ..Default::default() },
        })
    }

    /// Records that a member gave its place up, so that another may have it. Needs the capability
    /// `MANAGE_TRAINING`.
    async fn release_place(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReleasePlaceInput,
    ) -> Result<ReleasePlacePayload, Problem> {
        let asked = Asked::to_run::<ReleasePlace>(ctx, input.idempotency_key.as_deref())?;
        let missing = || asked.refusal(Code::NotFound, &["input", "place"]);
        let Some(place) = place(&input.place) else { return Ok(ReleasePlacePayload::refused(missing())) };
        let reason = match reason(&asked, &input.reason) {
            Ok(reason) => reason,
            Err(error) => return Ok(ReleasePlacePayload::refused(error)),
        };
        let tell = |why| match why {
            ReleasePlaceRefusal::NoSuchPlace => vec![missing()],
        };
        Ok(match settled(asked.execute(ReleasePlace { place, reason }).await?, tell)? {
            Ok(id) => ReleasePlacePayload { place: asked.training_place(id).await?, ..Default::default() },
            Err(user_errors) => ReleasePlacePayload { user_errors, ..Default::default() },
        })
    }
}
