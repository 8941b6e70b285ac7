//! RFC 3339 times, the offset required, digits finer than a millisecond cut off.

use chrono::{NaiveDate, TimeDelta};

use crate::time::Timestamp;

const MINUTE: i64 = 60 * Timestamp::SECOND;

/// The instant that `text` names, or `None` when it is no RFC 3339 time.
///
/// `t`, `z` and a space before the time are allowed, as section 5.6 of the RFC
/// has it. A leap second is the first of the next minute, and only stands at
/// the end of a UTC day.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let mut rest = Digits(text.as_bytes());
    let year = rest.number(4)?;
    rest.one_of(b"-")?;
    let month = rest.number(2)?;
    rest.one_of(b"-")?;
    let day = rest.number(2)?;
    rest.one_of(b"Tt ")?;
    let hour = rest.at_most(2, 23)?;
    rest.one_of(b":")?;
    let minute = rest.at_most(2, 59)?;
    rest.one_of(b":")?;
    let second = rest.at_most(2, 60)?;
    let fraction = rest.fraction()?;
    let offset = rest.offset()?;
    if !rest.0.is_empty() {
        return None;
    }

    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let days = date.signed_duration_since(NaiveDate::default());
    let minutes = TimeDelta::minutes(i64::from(hour * 60 + minute) - offset);
    let begun = (days + minutes).num_milliseconds();
    if second == 60 && (begun + MINUTE) % Timestamp::DAY != 0 {
        return None;
    }
    Timestamp::from_millis(begun + i64::from(second) * Timestamp::SECOND + i64::from(fraction))
}

/// What is left to read.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (head, tail) = self.0.split_at_checked(digits)?;
        self.0 = tail;
        head.iter()
            .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
    }

    fn at_most(&mut self, digits: usize, limit: u32) -> Option<u32> {
        self.number(digits).filter(|number| *number <= limit)
    }

    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (first, tail) = self.0.split_first()?;
        self.0 = tail;
        allowed.contains(first).then_some(*first)
    }

    /// Whole milliseconds of an optional fraction of any length.
    fn fraction(&mut self) -> Option<u32> {
        let Some(tail) = self.0.strip_prefix(b".") else { return Some(0) };
        let length = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 {
            return None;
        }
        let (digits, tail) = tail.split_at(length);
        self.0 = tail;
        let millis = digits.iter().map(|byte| u32::from(byte - b'0')).chain([0, 0]).take(3);
        Some(millis.fold(0, |number, digit| number * 10 + digit))
    }

    /// Minutes east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.at_most(2, 23)?;
        self.one_of(b":")?;
        let minutes = self.at_most(2, 59)?;
        Some(sign * i64::from(hours * 60 + minutes))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Option<String> {
        parse(text).map(|at| at.to_string())
    }

    #[test]
    fn an_offset_is_required_and_fine_digits_are_cut_off() {
        for (text, instant) in [
            ("2026-01-05T08:00:00+08:00", "2026-01-05T00:00:00.000Z"),
            ("2026-01-05t08:00:00.1z", "2026-01-05T08:00:00.100Z"),
            ("2026-01-05 08:00:00.99999999999Z", "2026-01-05T08:00:00.999Z"),
            ("1969-12-31T23:59:59.9999-00:00", "1969-12-31T23:59:59.999Z"),
            ("2024-02-29T23:59:59-23:59", "2024-03-01T23:58:59.000Z"),
            ("2017-01-01T07:59:60.5+08:00", "2017-01-01T00:00:00.500Z"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(instant), "{text}");
        }
        for text in [
            "",
            "2026-01-05",
            "2026-01-05T08:00:00",
            "2026-01-05T08:00Z",
            "2026-01-05T08:00:00.Z",
            "2026-01-05T08:00:00,5Z",
            "2026-01-05T08:00:00+0800",
            "2026-01-05T08:00:00+24:00",
            "2026-01-05T08:00:00Zx",
            "2026-02-30T08:00:00Z",
            "2026-01-05T24:00:00Z",
            "2026-01-05T08:00:60Z",
            "2026-01-05T08:00:61Z",
            "+12026-01-05T08:00:00Z",
            "-001-01-05T08:00:00Z",
            "２０２６-01-05T08:00:00Z",
            " 2026-01-05T08:00:00Z",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_chrono(millis in -62_135_596_800_000_i64..253_402_300_800_000, east in -86_340_i32..86_340) {
            let zone = chrono::FixedOffset::east_opt(east / 60 * 60).expect("an offset below a day");
            let at = DateTime::from_timestamp_millis(millis).expect("a time").with_timezone(&zone);
            prop_assume!((0..=9999).contains(&chrono::Datelike::year(&at)));
            prop_assert_eq!(parse(&at.to_rfc3339()).map(Timestamp::millis), Some(millis));
        }

        #[test]
        fn never_panics(text in "[0-9TtZz:.+ -]{0,40}|\\PC{0,40}") {
            let _ = parse(&text);
        }
    }
}
