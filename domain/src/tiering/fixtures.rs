//! What several tests need.

use super::applicability::{Applicability, Applies};
use super::facts::Contribution;
use super::model::Dimensions;

/// Every dimension applies.
pub(super) const ALL: Applicability = Applicability(Dimensions {
    frequency: Applies::Yes,
    quality: Applies::Yes,
    events: Applies::Yes,
    invites: Applies::Yes,
    violations: Applies::Yes,
});

/// A group that only chats.
pub(super) const CHAT_ALONE: Applicability = Applicability(Dimensions {
    quality: Applies::TooFewValues,
    events: Applies::TooFewValues,
    invites: Applies::TooFewValues,
    ..ALL.0
});

/// Somebody who only wrote, this week.
pub(super) fn contribution(counted_in_week: u32) -> Contribution {
    Contribution { counted: counted_in_week, counted_in_week, ..Contribution::default() }
}
