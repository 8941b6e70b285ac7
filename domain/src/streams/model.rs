use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// How long after an event one may ask for what came after it, in milliseconds: 24 hours.
pub const RESUMABLE: i64 = Timestamp::DAY;

/// The place of an event among those of its organization: 1 for the first, without gaps.
///
/// It is given after the commit, so that an event which was made early and committed late
/// comes after those that could be seen before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub i64);

impl Position {
    /// The place that many events further on.
    #[must_use]
    pub fn plus(self, events: i64) -> Self {
        Self(self.0.saturating_add(events))
    }
}
