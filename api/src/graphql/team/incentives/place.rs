//! Training with few places, and who has one.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OfferId, PlaceId};
use qun_domain::team::{Offer, Place};
use qun_infra::team::{PlacePage, PlacesOf, offers_page, place_by_id};

use super::super::TeamMemberObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page::{self, Slice, connection};
use crate::graphql::scalars::{Date, DateTime};

connection!(
    TrainingOfferConnection,
    TrainingOfferEdge,
    OfferObject,
    "A page of training offers.",
    "A training offer and its place in the list."
);

connection!(
    TrainingPlaceConnection,
    TrainingPlaceEdge,
    TrainingPlace,
    "A page of places in training.",
    "A place in training, and its own in the list."
);

/// An offer of training with few places.
#[derive(Clone)]
pub(in crate::graphql) struct OfferObject(Arc<Offer>);

impl Asked {
    /// The training offer, if the organization has it.
    pub(in crate::graphql) async fn training_offer(
        &self,
        id: OfferId,
    ) -> Result<Option<OfferObject>, Problem> {
        Ok(self.loaders.offers.load(&self.read, id).await?.map(OfferObject))
    }

    /// A place in training, as it is now.
    pub(super) async fn training_place(&self, id: PlaceId) -> Result<Option<TrainingPlace>, Problem> {
        Ok(place_by_id(&self.read, id).await?.map(|place| TrainingPlace(Arc::new(place))))
    }
}

impl OfferObject {
    async fn how_many(&self, ctx: &Context<'_>) -> Result<u32, Problem> {
        let asked = Asked::of(ctx)?;
        Ok(asked.loaders.places_taken.load(&asked.read, self.0.id).await?.unwrap_or_default())
    }
}

/// An offer of training with few places.
#[Object(name = "TrainingOffer")]
impl OfferObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::TrainingOffer(self.0.id).id()
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// How many places it has.
    async fn places(&self) -> u32 {
        self.0.places
    }

    /// How many of them are taken.
    async fn taken(&self, ctx: &Context<'_>) -> Result<u32, Problem> {
        self.how_many(ctx).await
    }

    /// How many of them are left.
    async fn left(&self, ctx: &Context<'_>) -> Result<u32, Problem> {
        Ok(self.0.places.saturating_sub(self.how_many(ctx).await?))
    }

    /// The first day on which it takes place, in the zone of the organization.
    async fn first_day(&self) -> Date {
        Date(self.0.days.first)
    }

    /// The last day on which it takes place.
    async fn last_day(&self) -> Date {
        Date(self.0.days.last)
    }

    /// What there is to say about it; null where nothing was said.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// The last day on which places are given.
    async fn closes_on(&self) -> Date {
        Date(self.0.closes_on)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was archived; null while it goes on.
    async fn archived_at(&self) -> Option<DateTime> {
        self.0.archived_at.map(DateTime)
    }

    /// Who has a place, and who gave it up, the last given first. Needs the capability
    /// `MANAGE_TRAINING`.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn allocations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<TrainingPlaceConnection, Problem> {
        let asked = Asked::of(ctx)?;
        asked.manages_training()?;
        places(asked, PlacesOf::Offer(self.0.id), first, after.as_deref()).await
    }
}

/// Training offers in the order in which they were made.
pub(in crate::graphql) async fn training_offers(
    asked: &Asked,
    with_archived: bool,
    first: Option<i32>,
    after: Option<String>,
) -> Result<TrainingOfferConnection, Problem> {
    let slice = Slice::<OfferId>::new(first, after.as_deref())?;
    let found = offers_page(&asked.read, with_archived, slice.after, slice.limit()).await?;
    let found = found.into_iter().map(|offer| OfferObject(Arc::new(offer)));
    Ok(TrainingOfferConnection { page: slice.page(found, |offer: &OfferObject| offer.0.id) })
}

/// A page of the places of a member: its own, or for who manages training.
pub(in crate::graphql) async fn places_of(
    asked: &Asked,
    account: AccountId,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<TrainingPlaceConnection, Problem> {
    asked.is_or_manages_training(account)?;
    places(asked, PlacesOf::Member(account), first, after).await
}

async fn places(
    asked: &Asked,
    of: PlacesOf,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<TrainingPlaceConnection, Problem> {
    let slice = Slice::<PlaceId>::new(first, after)?;
    let page = PlacePage { of, after: slice.after, limit: slice.limit() };
    let found = asked.loaders.place_pages.load(&asked.read, page).await?.unwrap_or_default();
    let found = found.into_iter().map(TrainingPlace);
    Ok(TrainingPlaceConnection { page: slice.page(found, |place: &TrainingPlace| place.0.id) })
}

/// A place in training that a member has, or had.
#[derive(Clone)]
pub(in crate::graphql) struct TrainingPlace(Arc<Place>);

/// A place in training that a member has, or had.
#[Object]
impl TrainingPlace {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::TrainingPlace(self.0.id).id()
    }

    /// In which offer.
    async fn offer(&self, ctx: &Context<'_>) -> Result<OfferObject, Problem> {
        let found = Asked::of(ctx)?.training_offer(self.0.offer).await?;
        Ok(found.ok_or_else(|| Fault::new(format!("training offer {} is gone", self.0.offer)))?)
    }

    /// Whose.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<TeamMemberObject>, Problem> {
        Asked::of(ctx)?.team_member(self.0.account).await
    }

    /// Who gave it, as the audit log names actors.
    async fn allocated_by(&self) -> &str {
        &self.0.allocated_by
    }

    /// When.
    async fn allocated_at(&self) -> DateTime {
        DateTime(self.0.allocated_at)
    }

    /// When it was given up; null while it is taken.
    async fn released_at(&self) -> Option<DateTime> {
        self.0.released.as_ref().map(|released| DateTime(released.at))
    }

    /// Who recorded that it was given up, as the audit log names actors; null while it is taken.
    async fn released_by(&self) -> Option<&str> {
        self.0.released.as_ref().map(|released| released.by.as_str())
    }

    /// Why it was given up; null while it is taken.
    async fn release_reason(&self) -> Option<&str> {
        self.0.released.as_ref().map(|released| released.reason.as_str())
    }
}
