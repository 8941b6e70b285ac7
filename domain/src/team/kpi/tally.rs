use serde::{Deserialize, Serialize};

use super::super::{ComplaintState, ContributionRole, Deed, FactKind, Seriousness, Stars};

/// What of a deed the figures look at: facts that agree in it are the same to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// A case that was handled.
    Case {
        /// Whether it was opened again afterwards.
        is_reopened: bool,
    },
    /// A rating.
    Rating(Stars),
    /// A contribution to an event.
    Contribution(ContributionRole),
    /// A complaint.
    Complaint(Seriousness, ComplaintState),
}

impl From<&Deed> for Counted {
    fn from(deed: &Deed) -> Self {
        match deed {
            Deed::CaseHandled { reopened_at, .. } => Self::Case { is_reopened: reopened_at.is_some() },
            Deed::Rating { stars, .. } => Self::Rating(*stars),
            Deed::EventContribution { role } => Self::Contribution(*role),
            Deed::Complaint { seriousness, state } => Self::Complaint(*seriousness, *state),
        }
    }
}

impl Counted {
    /// The kind of fact that it is of.
    pub const fn kind(self) -> FactKind {
        match self {
            Self::Case { .. } => FactKind::CaseHandled,
            Self::Rating(_) => FactKind::Rating,
            Self::Contribution(_) => FactKind::EventContribution,
            Self::Complaint(..) => FactKind::Complaint,
        }
    }
}

/// The facts about a member in some time, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// Distinct cases that were handled and stayed so (M13).
    pub cases: u32,
    /// Cases that were handled and opened again: they do not count (M13).
    pub reopened: u32,
    /// Ratings (M14).
    pub ratings: u32,
    /// Ratings of 4 and 5 (M14).
    pub good_ratings: u32,
    /// Contributions to events as anything but a helper (M15).
    pub planned: u32,
    /// Contributions to events as a helper (Q21).
    pub helped: u32,
    /// Serious complaints that were upheld (M20).
    pub serious_upheld: u32,
    /// Serious complaints that nobody has decided on (M20).
    pub serious_open: u32,
}

impl Tally {
    /// The count of facts, each given once, in whatever order.
    pub fn of<'a>(deeds: impl IntoIterator<Item = &'a Deed>) -> Self {
        let mut tally = Self::default();
        for deed in deeds {
            tally.add(deed.into(), 1);
        }
        tally
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        Self {
            cases: self.cases.saturating_add(other.cases),
            reopened: self.reopened.saturating_add(other.reopened),
            ratings: self.ratings.saturating_add(other.ratings),
            good_ratings: self.good_ratings.saturating_add(other.good_ratings),
            planned: self.planned.saturating_add(other.planned),
            helped: self.helped.saturating_add(other.helped),
            serious_upheld: self.serious_upheld.saturating_add(other.serious_upheld),
            serious_open: self.serious_open.saturating_add(other.serious_open),
        }
    }

    /// Counts so many facts that are the same to the figures.
    pub fn add(&mut self, counted: Counted, times: u32) {
        let count = |field: &mut u32| *field = field.saturating_add(times);
        match counted {
            Counted::Case { is_reopened: false } => count(&mut self.cases),
            Counted::Case { is_reopened: true } => count(&mut self.reopened),
            Counted::Rating(stars) => {
                count(&mut self.ratings);
                if stars.is_good() {
                    count(&mut self.good_ratings);
                }
            }
            Counted::Contribution(ContributionRole::Helper) => count(&mut self.helped),
            Counted::Contribution(_) => count(&mut self.planned),
            Counted::Complaint(Seriousness::Serious, ComplaintState::Upheld) => {
                count(&mut self.serious_upheld);
            }
            Counted::Complaint(Seriousness::Serious, ComplaintState::Open) => count(&mut self.serious_open),
            Counted::Complaint(..) => {}
        }
    }
}
