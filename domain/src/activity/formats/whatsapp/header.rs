//! The time at the beginning of a message.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::is_mark;

/// In which order a file writes the numbers of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2020
    DayFirst,
    /// 12/31/20
    MonthFirst,
    /// 2020/12/31
    YearFirst,
}

/// The beginning of a message, its date not yet put in order.
#[derive(Debug)]
pub(super) struct Header<'a> {
    /// Whether the time stands in brackets, as iOS writes it.
    pub(super) bracketed: bool,
    /// The three numbers of the date, as they stand.
    pub(super) numbers: [u32; 3],
    /// Whether the first number is the year.
    pub(super) year_first: bool,
    /// Whether the time ends in AM or PM, as in the United States.
    pub(super) american: bool,
    time: NaiveTime,
    /// What follows the time: author and text, or a notice.
    pub(super) rest: &'a str,
}

/// Whether a line begins a message of an export.
pub(in crate::activity::formats) fn starts_message(line: &str) -> bool {
    Header::read(line).is_some_and(|header| DateOrder::ALL.iter().any(|order| header.local(*order).is_some()))
}

impl DateOrder {
    const ALL: [Self; 3] = [Self::DayFirst, Self::MonthFirst, Self::YearFirst];
}

impl<'a> Header<'a> {
    /// The header of a line, if it has the shape of one.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let line = line.trim_start_matches(is_mark);
        let (bracketed, time, rest) = if let Some(inner) = line.strip_prefix('[') {
            let (time, rest) = inner.split_once(']')?;
            (true, time, rest.strip_prefix(' ')?)
        } else {
            // The date may hold hyphens, but none between spaces.
            let (time, rest) = line.split_once(" - ").or_else(|| line.split_once(" – "))?;
            (false, time, rest)
        };
        let mut text = Text(time);
        let first = text.number()?;
        let second = text.separated_number()?;
        let third = text.separated_number()?;
        text.skip(|c| matches!(c, ',' | '日' | '，') || is_space(c));
        let before = text.half_of_day();
        text.skip(is_space);
        let hour = text.number()?.0;
        let minute = text.separated_number()?.0;
        let second_of_minute = if text.0.starts_with([':', '.']) { text.separated_number()?.0 } else { 0 };
        text.skip(is_space);
        let american = text.0.starts_with("AM") || text.0.starts_with("PM");
        let after = text.half_of_day();
        if !text.0.trim().is_empty() {
            return None;
        }
        let hour = hour_of_day(hour, before.or(after))?;
        Some(Self {
            bracketed,
            numbers: [first.0, second.0, third.0],
            year_first: first.1 == 4,
            american,
            time: NaiveTime::from_hms_opt(hour, minute, second_of_minute)?,
            rest,
        })
    }

    /// The local time, if the date exists when read in this order.
    pub(super) fn local(&self, order: DateOrder) -> Option<NaiveDateTime> {
        let [first, second, third] = self.numbers;
        let (year, month, day) = match order {
            DateOrder::DayFirst => (third, second, first),
            DateOrder::MonthFirst => (third, first, second),
            DateOrder::YearFirst => (first, second, third),
        };
        // WhatsApp began in 2009.
        let year = if year < 100 { 2000 + year } else { year };
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        Some(date.and_time(self.time))
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || is_mark(c)
}

/// Which half of the day a word puts an hour in.
#[derive(Clone, Copy)]
enum Half {
    Morning,
    Noon,
    Afternoon,
}

const HALVES: &[(&str, Half)] = &[
    ("am", Half::Morning),
    ("a.m.", Half::Morning),
    ("pm", Half::Afternoon),
    ("p.m.", Half::Afternoon),
    ("上午", Half::Morning),
    ("凌晨", Half::Morning),
    ("清晨", Half::Morning),
    ("早上", Half::Morning),
    ("中午", Half::Noon),
    ("下午", Half::Afternoon),
    ("傍晚", Half::Afternoon),
    ("晚上", Half::Afternoon),
];

fn hour_of_day(hour: u32, half: Option<Half>) -> Option<u32> {
    match half {
        None => Some(hour),
        Some(_) if !(1..=12).contains(&hour) => None,
        Some(Half::Morning) => Some(hour % 12),
        Some(Half::Afternoon) => Some(hour % 12 + 12),
        Some(Half::Noon) => Some(if hour >= 10 { hour } else { hour + 12 }),
    }
}

/// What is left of the time to read.
struct Text<'a>(&'a str);

impl Text<'_> {
    fn skip(&mut self, what: impl Fn(char) -> bool) {
        self.0 = self.0.trim_start_matches(what);
    }

    /// A number of one to four digits, and how many.
    fn number(&mut self) -> Option<(u32, usize)> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.0.split_at(digits);
        if !(1..=4).contains(&digits) {
            return None;
        }
        self.0 = rest;
        Some((number.parse().ok()?, digits))
    }

    fn separated_number(&mut self) -> Option<(u32, usize)> {
        let separator = self.0.chars().next().filter(|c| matches!(c, '/' | '.' | '-' | ':' | '年' | '月'))?;
        self.0 = &self.0[separator.len_utf8()..];
        self.number()
    }

    fn half_of_day(&mut self) -> Option<Half> {
        let (word, half) = HALVES.iter().find(|(word, _)| {
            self.0.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        })?;
        self.0 = &self.0[word.len()..];
        Some(*half)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_as_they_are_written() {
        for (line, order, local) in [
            ("12/31/20, 21:41 - Ann: hi", DateOrder::MonthFirst, "2020-12-31 21:41:00"),
            ("12/31/20, 9:41\u{202F}PM - Ann: hi", DateOrder::MonthFirst, "2020-12-31 21:41:00"),
            ("31/12/2020, 12:05 am - Ann: hi", DateOrder::DayFirst, "2020-12-31 00:05:00"),
            ("31.12.20, 21:41 - Ann: hi", DateOrder::DayFirst, "2020-12-31 21:41:00"),
            ("31-12-2020 21.41 - Ann: hi", DateOrder::DayFirst, "2020-12-31 21:41:00"),
            ("2020/12/31 下午9:41 - Ann: hi", DateOrder::YearFirst, "2020-12-31 21:41:00"),
            ("2020年12月31日 中午12:41 - Ann: hi", DateOrder::YearFirst, "2020-12-31 12:41:00"),
            ("\u{200E}[31/12/2020, 21:41:05] Ann: hi", DateOrder::DayFirst, "2020-12-31 21:41:05"),
            ("[2020/12/31 上午12:41:05] Ann: hi", DateOrder::YearFirst, "2020-12-31 00:41:05"),
            ("[12/31/20, 9:41:05\u{A0}p.m.] Ann: hi", DateOrder::MonthFirst, "2020-12-31 21:41:05"),
        ] {
            let header = Header::read(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(header.local(order).map(|at| at.to_string()).as_deref(), Some(local), "{line}");
            assert_eq!(header.rest, "Ann: hi");
        }
        for line in [
            "hi",
            "[hi] there",
            "31/12 - x",
            "1/2/3 - x",
            "31/12/2020, 21:61 - x",
            "13/1/20, 13:00 pm - x",
            "[]",
        ] {
            assert!(Header::read(line).is_none(), "{line}");
        }
        assert!(!starts_message("45/45/20, 10:00 - x"));
    }

    proptest! {
        #[test]
        fn never_panics(line in "\\PC{0,40}|\\[?[0-9/.:, 下午PM年\u{202F}-]{0,30}\\]? ?- ?x") {
            if let Some(header) = Header::read(&line) {
                let _ = DateOrder::ALL.map(|order| header.local(order));
            }
        }
    }
}
