//! Rows of what members are given beside their work.

mod badge;
mod bonus;
mod bonus_read;
mod combined;
mod place;
mod place_read;
mod withdrawal;

pub use badge::{AwardPage, award_by_id, award_pages, badges_by_id, badges_page};
pub use bonus_read::{
    BonusFilter, BonusPage, SuggestionOf, bonus_by_id, bonus_pages, bonus_totals, bonuses_page,
    incentives_policy, suggestions_of,
};
pub use combined::{GivenTo, incentive_gaps};
pub use place_read::{
    PlacePage, PlacesOf, offers_by_id, offers_page, place_by_id, place_pages, places_taken,
};
