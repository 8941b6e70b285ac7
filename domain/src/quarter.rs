//! Calendar quarters.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use thiserror::Error;

use crate::month::Month;

/// Three calendar months, written `2026-Q3`. Whose days it has, a time zone says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(NaiveDate);

/// A text that is no quarter.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a quarter such as 2026-Q3")]
pub struct NotAQuarter;

impl Quarter {
    /// The quarter that `date` lies in.
    pub fn of(date: NaiveDate) -> Self {
        let first = date.month0() / 3 * 3;
        Self(NaiveDate::from_ymd_opt(date.year(), first + 1, 1).unwrap_or(date))
    }

    /// Its first day.
    pub const fn first_day(self) -> NaiveDate {
        self.0
    }

    /// The quarter before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.checked_sub_months(Months::new(3)).unwrap_or(self.0))
    }

    /// The quarter after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.checked_add_months(Months::new(3)).unwrap_or(self.0))
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.0.year(), self.0.month0() / 3 + 1)
    }
}

impl FromStr for Quarter {
    type Err = NotAQuarter;

    /// Years 1 to 9998: the quarter after is one too.
    fn from_str(text: &str) -> Result<Self, NotAQuarter> {
        let (year, number) = text.split_once("-Q").ok_or(NotAQuarter)?;
        let first = match number {
            "1" => "01",
            "2" => "04",
            "3" => "07",
            "4" => "10",
            _ => return Err(NotAQuarter),
        };
        let month: Month = format!("{year}-{first}").parse().map_err(|_| NotAQuarter)?;
        Ok(Self(month.first_day()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_read_back() {
        let quarter: Quarter = "2026-Q4".parse().expect("a quarter");
        let around = (quarter.previous().to_string(), quarter.to_string(), quarter.next().to_string());
        assert_eq!(around, ("2026-Q3".into(), "2026-Q4".into(), "2027-Q1".into()));
        for (day, expected) in
            [("2026-01-01", "2026-Q1"), ("2026-06-30", "2026-Q2"), ("2026-12-31", "2026-Q4")]
        {
            assert_eq!(Quarter::of(day.parse().expect("a day")).to_string(), expected);
        }
        for bad in ["2026-Q0", "2026-Q5", "2026-3", "26-Q1", "2026-Q01", "9999-Q4", "0000-Q1", ""] {
            assert_eq!(bad.parse::<Quarter>(), Err(NotAQuarter), "{bad}");
        }
    }
}
