//! Instants, local days and ISO weeks (Z2).

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An instant: whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last instant of the year 9999: after everything.
    pub const MAX: Self = Self(253_402_300_799_999);
    /// Milliseconds in a second.
    pub const SECOND: i64 = 1_000;
    /// Milliseconds in 24 hours.
    pub const DAY: i64 = 86_400_000;

    /// From milliseconds since the epoch; `None` outside the years that a date can show.
    pub fn from_millis(millis: i64) -> Option<Self> {
        DateTime::from_timestamp_millis(millis).map(|_| Self(millis))
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The instant as a UTC date and time.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The calendar day that this instant falls on in `zone`.
    pub fn local_date(self, zone: Tz) -> NaiveDate {
        self.to_utc().with_timezone(&zone).date_naive()
    }

    /// This instant moved by `millis`, held inside the range of dates.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis)).unwrap_or(self)
    }
}

impl<Z: TimeZone> From<DateTime<Z>> for Timestamp {
    /// Digits finer than a millisecond are cut off, also before 1970.
    fn from(at: DateTime<Z>) -> Self {
        Self(at.timestamp_millis())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
    }
}

/// The first instant of a local day, also where a clock change skips midnight.
pub fn start_of_day(date: NaiveDate, zone: Tz) -> Timestamp {
    let mut local = date.and_time(NaiveTime::MIN);
    // A gap is at most one day long (Samoa left out a whole Friday in 2011).
    for _ in 0..=(25 * 4) {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => return at.into(),
            LocalResult::None => local += TimeDelta::minutes(15),
        }
    }
    date.and_time(NaiveTime::MIN).and_utc().into()
}

/// `date` moved back by `days`, held inside the range of dates.
pub fn days_before(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

/// An ISO 8601 week, Monday to Sunday, written `2026-W07`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    year: i32,
    week: u32,
}

/// A text that is no ISO week.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not an ISO week such as 2026-W07")]
pub struct NotAWeek;

impl Week {
    /// The week that `date` belongs to.
    pub fn of(date: NaiveDate) -> Self {
        let week = date.iso_week();
        Self { year: week.year(), week: week.week() }
    }

    /// The first day of the week.
    pub fn monday(self) -> NaiveDate {
        NaiveDate::from_isoywd_opt(self.year, self.week, Weekday::Mon).unwrap_or(NaiveDate::MIN)
    }

    /// The Monday after the week: the local date of `asOf`.
    pub fn as_of_date(self) -> NaiveDate {
        self.monday().checked_add_days(Days::new(7)).unwrap_or(NaiveDate::MAX)
    }

    /// `asOf`: 00:00 local time of the Monday after the week (TIERING.md, section 2).
    pub fn as_of(self, zone: Tz) -> Timestamp {
        start_of_day(self.as_of_date(), zone)
    }

    /// The week after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.as_of_date())
    }

    /// The last week that has ended at `now` in `zone`.
    pub fn last_ended(now: Timestamp, zone: Tz) -> Self {
        let today = now.local_date(zone);
        Self::of(days_before(Self::of(today).monday(), 1))
    }

    /// This week and those after it, up to and with `last`.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |week| Some(week.next())).take_while(move |week| *week <= last)
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl FromStr for Week {
    type Err = NotAWeek;

    fn from_str(text: &str) -> Result<Self, NotAWeek> {
        let (year, week) = text.split_once("-W").ok_or(NotAWeek)?;
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || week.len() != 2 || !is_digits(year) || !is_digits(week) {
            return Err(NotAWeek);
        }
        let year = year.parse().map_err(|_| NotAWeek)?;
        let week = week.parse().map_err(|_| NotAWeek)?;
        NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).ok_or(NotAWeek)?;
        Ok(Self { year, week })
    }
}

/// The UTC offset names of the IANA database that `text` may be: a time zone.
///
/// # Errors
/// [`NotAZone`] when the database knows no such name.
pub fn parse_zone(text: &str) -> Result<Tz, NotAZone> {
    text.parse().map_err(|_| NotAZone)
}

/// A text that names no IANA time zone.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not an IANA time zone such as Asia/Shanghai")]
pub struct NotAZone;

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn weeks_are_iso_weeks() {
        for (day, week) in
            [("2026-01-05", "2026-W02"), ("2027-01-01", "2026-W53"), ("2024-12-30", "2025-W01")]
        {
            assert_eq!(Week::of(date(day)).to_string(), week, "{day}");
        }
        assert_eq!("2026-W53".parse::<Week>().expect("a week").next().to_string(), "2027-W01");
        for bad in ["2025-W53", "2026-W00", "2026-7", "26-W07", "2026-W+7", "２０２６-W07", ""] {
            assert_eq!(bad.parse::<Week>(), Err(NotAWeek), "{bad}");
        }
    }

    #[test]
    fn a_week_has_ended_when_its_monday_after_has_begun() {
        let zone = Tz::Asia__Shanghai;
        let week: Week = "2026-W02".parse().expect("a week");
        let as_of = week.as_of(zone);
        assert_eq!(as_of.to_string(), "2026-01-11T16:00:00.000Z");
        assert_eq!(Week::last_ended(as_of, zone), week);
        assert!(Week::last_ended(as_of.plus_millis(-1), zone) < week);
    }

    #[test]
    fn a_day_without_midnight_begins_after_the_gap() {
        assert_eq!(
            start_of_day(date("2018-11-04"), Tz::America__Sao_Paulo).to_string(),
            "2018-11-04T03:00:00.000Z"
        );
        assert_eq!(
            start_of_day(date("2011-12-30"), Tz::Pacific__Apia).to_string(),
            "2011-12-30T10:00:00.000Z"
        );
        assert_eq!(
            start_of_day(date("2026-11-01"), Tz::America__Havana).to_string(),
            "2026-11-01T04:00:00.000Z"
        );
    }
}
