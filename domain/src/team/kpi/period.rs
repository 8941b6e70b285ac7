use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::month::Month;
use crate::policy::StaffPolicy;
use crate::time::{Timestamp, start_of_day};

/// Days, of which figures are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first one.
    pub from: NaiveDate,
    /// The one after the last; not before `from`.
    pub to: NaiveDate,
}

impl Period {
    /// The days of a month that have ended at `now`: today is not held against anybody while it
    /// lasts. None of a month that is yet to come.
    pub fn of_month(month: Month, zone: Tz, now: Timestamp) -> Self {
        let (from, end) = (month.first_day(), month.next().first_day());
        Self { from, to: now.local_date(zone).clamp(from, end) }
    }

    /// The instants from which on and before which a fact lies in it.
    pub fn bounds(self, zone: Tz) -> (Timestamp, Timestamp) {
        (start_of_day(self.from, zone), start_of_day(self.to, zone))
    }

    /// How many days there are but for these.
    pub fn days(self, excluded: &BTreeSet<NaiveDate>) -> u32 {
        self.count(excluded, |_| true)
    }

    /// How many of them are worked on, but for these (M13).
    pub fn working_days(self, policy: &StaffPolicy, excluded: &BTreeSet<NaiveDate>) -> u32 {
        self.count(excluded, |day| policy.working_days.contains(&day.weekday().into()))
    }

    fn count(self, excluded: &BTreeSet<NaiveDate>, is_counted: impl Fn(NaiveDate) -> bool) -> u32 {
        let days = self.from.iter_days().take_while(|day| *day < self.to);
        let counted = days.filter(|day| !excluded.contains(day) && is_counted(*day)).count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    }
}
