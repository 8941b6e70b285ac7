//! The instants and days between which rows count.

use chrono::NaiveDate;
use chrono_tz::Tz;
use qun_domain::time::{Timestamp, Week, days_before, start_of_day};

/// A week's end, from which windows reach back by local days of the scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsOf {
    pub(super) zone: Tz,
    pub(super) date: NaiveDate,
    pub(super) at: Timestamp,
}

/// From an instant on, up to another, which is outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) from_day: NaiveDate,
    /// The first day after the window.
    pub(super) to_day: NaiveDate,
}

impl AsOf {
    pub(super) fn of(week: Week, zone: Tz) -> Self {
        Self { zone, date: week.as_of_date(), at: week.as_of(zone) }
    }

    /// The first day of the month that contains asOf, as an end of its own (TIERING.md, section 5).
    pub(super) fn month(self) -> Self {
        use chrono::Datelike;
        let date = self.date.with_day(1).unwrap_or(self.date);
        Self { zone: self.zone, date, at: start_of_day(date, self.zone) }
    }

    /// 00:00 of the day `days` local days before.
    pub(super) fn days_before(self, days: u32) -> Timestamp {
        start_of_day(days_before(self.date, days), self.zone)
    }

    /// The window of n local days: [asOf − n days, asOf).
    pub(super) fn window(self, days: u32) -> Window {
        Window {
            from: self.days_before(days),
            to: self.at,
            from_day: days_before(self.date, days),
            to_day: self.date,
        }
    }
}
