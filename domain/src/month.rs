//! Calendar months.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A calendar month, written `2026-07`. Whose days it has, a time zone says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(NaiveDate);

/// A text that is no month.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a month such as 2026-07")]
pub struct NotAMonth;

impl Month {
    /// The month that `date` lies in.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.with_day(1).unwrap_or(date))
    }

    /// Its first day.
    pub const fn first_day(self) -> NaiveDate {
        self.0
    }

    /// The month before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.checked_sub_months(Months::new(1)).unwrap_or(self.0))
    }

    /// The month after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.checked_add_months(Months::new(1)).unwrap_or(self.0))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl TryFrom<String> for Month {
    type Error = NotAMonth;

    fn try_from(text: String) -> Result<Self, NotAMonth> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

impl FromStr for Month {
    type Err = NotAMonth;

    /// Years 1 to 9998: the month after is one too.
    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let (year, month) = text.split_once('-').ok_or(NotAMonth)?;
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || month.len() != 2 || !is_digits(year) || !is_digits(month) {
            return Err(NotAMonth);
        }
        let year = year.parse().map_err(|_| NotAMonth)?;
        let month = month.parse().map_err(|_| NotAMonth)?;
        let is_sound = (1..=9998).contains(&year);
        NaiveDate::from_ymd_opt(year, month, 1).filter(|_| is_sound).map(Self).ok_or(NotAMonth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_back() {
        let month: Month = "2026-12".parse().expect("a month");
        assert_eq!((month.to_string(), month.next().to_string()), ("2026-12".into(), "2027-01".into()));
        assert_eq!(Month::of("2026-12-31".parse().expect("a day")), month);
        for bad in
            ["2026-13", "2026-00", "2026-7", "26-07", "2026-+7", "9999-12", "0000-01", "２０２６-07", ""]
        {
            assert_eq!(bad.parse::<Month>(), Err(NotAMonth), "{bad}");
        }
    }
}
