use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::event::DomainEvent;
use crate::id::{AccountId, LeaveId};
use crate::text::Prose;
use crate::time::Timestamp;

/// Why a member is away.
pub type LeaveNote = Prose<500>;

/// Days, from the first to the last, both included; at most [`DaySpan::LONGEST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DaySpan {
    /// The first one.
    pub first: NaiveDate,
    /// The last one.
    pub last: NaiveDate,
}

/// Days that end before they begin, or are too many.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("days end after they begin, and are at most 366")]
pub struct BadSpan;

impl DaySpan {
    /// The most days at once.
    pub const LONGEST: i64 = 366;

    /// Days of a leave.
    ///
    /// # Errors
    /// [`BadSpan`].
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, BadSpan> {
        let days = (last - first).num_days() + 1;
        if (1..=Self::LONGEST).contains(&days) { Ok(Self { first, last }) } else { Err(BadSpan) }
    }

    /// Whether they have a day in common.
    pub fn meets(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// The days of spans that lie from `from` on and before `to`, each once.
pub fn days_of(spans: &[DaySpan], from: NaiveDate, to: NaiveDate) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    for span in spans {
        let mut day = span.first.max(from);
        while day <= span.last && day < to {
            days.insert(day);
            let Some(next) = day.checked_add_days(Days::new(1)) else { break };
            day = next;
        }
    }
    days
}

/// Days on which a member is away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// Its id.
    pub id: LeaveId,
    /// Whose.
    pub account: AccountId,
    /// Which days, in the zone of the organization.
    pub days: DaySpan,
    /// Why.
    pub note: Option<String>,
    /// When it was cancelled; none while it holds.
    pub cancelled_at: Option<Timestamp>,
}

/// What others may hear of a leave: that it was recorded, or cancelled.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaveChanged {
    /// The leave.
    pub leave: LeaveId,
    /// Whose.
    pub account: AccountId,
    /// Which days.
    pub days: DaySpan,
    /// Whether it was cancelled.
    pub is_cancelled: bool,
}

impl From<&Leave> for LeaveChanged {
    fn from(leave: &Leave) -> Self {
        Self {
            leave: leave.id,
            account: leave.account,
            days: leave.days,
            is_cancelled: leave.cancelled_at.is_some(),
        }
    }
}

impl DomainEvent for LeaveChanged {
    fn name(&self) -> &'static str {
        "team.leave_changed"
    }

    fn aggregate(&self) -> String {
        format!("account:{}", self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn span(first: &str, last: &str) -> DaySpan {
        DaySpan::new(day(first), day(last)).expect("days")
    }

    #[test]
    fn a_span_has_its_ends() {
        assert_eq!(DaySpan::new(day("2026-07-02"), day("2026-07-01")), Err(BadSpan));
        assert!(DaySpan::new(day("2026-01-01"), day("2027-01-01")).is_ok());
        assert_eq!(DaySpan::new(day("2026-01-01"), day("2027-01-02")), Err(BadSpan));
        assert!(span("2026-07-01", "2026-07-02").meets(span("2026-07-02", "2026-07-03")));
        assert!(!span("2026-07-01", "2026-07-02").meets(span("2026-07-03", "2026-07-03")));
    }

    #[test]
    fn a_day_counts_once_and_within_bounds() {
        let spans = [span("2026-06-28", "2026-07-02"), span("2026-07-02", "2026-07-04")];
        let days = days_of(&spans, day("2026-07-01"), day("2026-07-04"));
        assert_eq!(days.into_iter().collect::<Vec<_>>(), ["2026-07-01", "2026-07-02", "2026-07-03"].map(day));
    }
}
