//! What an export holds that no row can say.

use std::collections::BTreeMap;

use crate::codes::coded;

coded! {
    /// Why something in an export became no row. None of these is an error.
    pub enum Skip {
        /// A notice of the app that is no interaction: titles, pins, calls.
        Notice = "NOTICE",
        /// Nobody is named as its author.
        NoAuthor = "NO_AUTHOR",
        /// It speaks of the exporting person as "you".
        Exporter = "EXPORTER",
        /// Its time cannot be read.
        NoTime = "NO_TIME",
        /// It is no message of a known shape.
        Unknown = "UNKNOWN",
    }
}

/// How much was skipped, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped(BTreeMap<Skip, u64>);

impl Skipped {
    pub(super) fn add(&mut self, why: Skip) {
        *self.0.entry(why).or_default() += 1;
    }

    /// The reasons met, each with how often.
    pub fn iter(&self) -> impl Iterator<Item = (Skip, u64)> + '_ {
        self.0.iter().map(|(why, count)| (*why, *count))
    }

    /// How much was skipped in all.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
}
