//! The days of the demo, counted from the Monday on which its 16 weeks begin.

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use qun_domain::time::{Timestamp, Week, days_before, start_of_day};

/// The weeks that the demo tells of; the week of `now` follows them.
pub(super) const WEEKS: i32 = 16;
/// The first week with thin activity: 14 weeks are just more than the 90 days
/// that silence takes, so that the first of the 16 weeks already knows silence.
pub(super) const FIRST_WEEK: i32 = -14;
/// The zone whose Monday the demo begins on.
pub(super) const HOME: Tz = Tz::Asia__Shanghai;

#[derive(Clone, Copy)]
pub(super) struct Calendar {
    day_0: NaiveDate,
}

impl Calendar {
    pub(super) fn of(now: Timestamp) -> Self {
        let monday = Week::of(now.local_date(HOME)).monday();
        Self { day_0: days_before(monday, WEEKS.unsigned_abs() * 7) }
    }

    /// The instant `seconds` into a day, which may lie before day 0.
    pub(super) fn at(self, day: i32, seconds: u32, zone: Tz) -> Timestamp {
        let date = self.day_0.checked_add_signed(TimeDelta::days(i64::from(day))).unwrap_or(self.day_0);
        start_of_day(date, zone).plus_millis(i64::from(seconds) * Timestamp::SECOND)
    }

    /// The day that an instant falls on in `zone`.
    pub(super) fn day_of(self, at: Timestamp, zone: Tz) -> i32 {
        let days = at.local_date(zone).signed_duration_since(self.day_0).num_days();
        i32::try_from(days).unwrap_or(0)
    }
}

/// Monday is 0.
pub(super) fn weekday(day: i32) -> usize {
    day.rem_euclid(7).unsigned_abs() as usize
}

pub(super) fn after(at: Timestamp, seconds: i32) -> Timestamp {
    at.plus_millis(i64::from(seconds) * Timestamp::SECOND)
}

pub(super) const HOUR: i32 = 3_600;
pub(super) const DAY: i32 = 86_400;
