use chrono::NaiveDate;
use serde::Serialize;
use thiserror::Error;

use super::super::Withdrawal;
use crate::event::DomainEvent;
use crate::id::{AccountId, OfferId, PlaceId};
use crate::team::DaySpan;
use crate::text::{Line, Prose};
use crate::time::Timestamp;

/// What an offer is called.
pub type OfferTitle = Line<200>;

/// What there is to say about an offer.
pub type OfferNote = Prose<500>;

/// How many places an offer has: 1 to [`Places::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places(u32);

/// A number that is none of places.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("an offer has 1 to 1,000 places")]
pub struct BadPlaces;

impl Places {
    /// The most places.
    pub const MOST: u32 = 1_000;

    /// How many.
    pub const fn count(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Places {
    type Error = BadPlaces;

    fn try_from(count: u32) -> Result<Self, BadPlaces> {
        if (1..=Self::MOST).contains(&count) { Ok(Self(count)) } else { Err(BadPlaces) }
    }
}

/// An offer of training that is yet to be.
#[derive(Clone, Debug)]
pub struct NewOffer {
    /// What it is called.
    pub title: OfferTitle,
    /// How many places it has.
    pub places: Places,
    /// On which days it takes place, in the zone of the organization.
    pub days: DaySpan,
    /// What there is to say about it.
    pub note: Option<OfferNote>,
    /// The last day on which places are given; not after its own last day.
    pub closes_on: NaiveDate,
}

/// An offer of training with few places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// What it is called.
    pub title: String,
    /// How many places it has.
    pub places: u32,
    /// On which days it takes place, in the zone of the organization.
    pub days: DaySpan,
    /// What there is to say about it.
    pub note: Option<String>,
    /// The last day on which places are given.
    pub closes_on: NaiveDate,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was archived; none while it goes on.
    pub archived_at: Option<Timestamp>,
}

/// Why an offer takes nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpen {
    /// It was archived.
    Archived,
    /// It has closed.
    Closed,
    /// All places are taken.
    Full,
}

impl Offer {
    /// Whether somebody can be given a place today, when so many are taken.
    ///
    /// # Errors
    /// [`NotOpen`].
    pub fn admits(&self, taken: u32, today: NaiveDate) -> Result<(), NotOpen> {
        match self.archived_at {
            Some(_) => Err(NotOpen::Archived),
            None if today > self.closes_on => Err(NotOpen::Closed),
            None if taken >= self.places => Err(NotOpen::Full),
            None => Ok(()),
        }
    }
}

/// A place in an offer that a member has, or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// In which offer.
    pub offer: OfferId,
    /// Whose.
    pub account: AccountId,
    /// Who gave it, as the audit log names actors.
    pub allocated_by: String,
    /// When.
    pub allocated_at: Timestamp,
    /// That it was given up; none while it is taken.
    pub released: Option<Withdrawal>,
}

/// An offer was made or archived: what it is afterwards.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferChanged {
    /// The offer.
    pub offer: OfferId,
    /// Whether it goes on.
    pub is_archived: bool,
}

impl From<&Offer> for OfferChanged {
    fn from(offer: &Offer) -> Self {
        Self { offer: offer.id, is_archived: offer.archived_at.is_some() }
    }
}

impl DomainEvent for OfferChanged {
    fn name(&self) -> &'static str {
        "team.training_offer_changed"
    }

    fn aggregate(&self) -> String {
        format!("training_offer:{}", self.offer)
    }
}

/// A place was taken or given up.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaceChanged {
    /// The place.
    pub place: PlaceId,
    /// In which offer.
    pub offer: OfferId,
    /// Whose.
    pub account: AccountId,
    /// Whether it was given up.
    pub is_released: bool,
}

impl From<&Place> for PlaceChanged {
    fn from(place: &Place) -> Self {
        let is_released = place.released.is_some();
        Self { place: place.id, offer: place.offer, account: place.account, is_released }
    }
}

impl DomainEvent for PlaceChanged {
    fn name(&self) -> &'static str {
        "team.training_place_changed"
    }

    fn aggregate(&self) -> String {
        format!("training_offer:{}", self.offer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn start() -> Timestamp {
        Timestamp::from_millis(0).expect("a time")
    }

    fn offer(places: u32) -> Offer {
        Offer {
            id: OfferId(Uuid::nil()),
            title: "Drawing".to_owned(),
            places,
            days: DaySpan { first: day("2026-08-03"), last: day("2026-08-05") },
            note: None,
            closes_on: day("2026-08-01"),
            created_at: start(),
            archived_at: None,
        }
    }

    #[test]
    fn an_offer_closes_after_its_day() {
        assert_eq!(offer(2).admits(1, day("2026-08-01")), Ok(()));
        assert_eq!(offer(2).admits(1, day("2026-08-02")), Err(NotOpen::Closed));
        assert_eq!(offer(2).admits(2, day("2026-08-01")), Err(NotOpen::Full));
        let archived = Offer { archived_at: Some(start()), ..offer(2) };
        assert_eq!(archived.admits(0, day("2026-08-01")), Err(NotOpen::Archived));
        for bad in [0, 1_001] {
            assert_eq!(Places::try_from(bad), Err(BadPlaces));
        }
    }

    proptest! {
        /// Whoever comes, one after the other, no more are let in than there are places.
        #[test]
        fn no_more_than_there_are(places in 1_u32..50, come in 0_usize..100) {
            let mut taken = 0;
            for _ in 0..come {
                taken += u32::from(offer(places).admits(taken, day("2026-07-01")).is_ok());
            }
            prop_assert_eq!(taken, u32::try_from(come).unwrap_or(u32::MAX).min(places));
        }
    }
}
