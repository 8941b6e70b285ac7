//! How a file writes its times, told by all of them.

use std::cmp::Ordering;
use std::io::BufRead;

use chrono::NaiveDateTime;

use super::header::{DateOrder, Header};
use super::reader::Lines;
use crate::activity::formats::ExportError;

/// How a file writes its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The order of day, month and year.
    pub order: DateOrder,
    /// Whether times stand in brackets, as iOS writes them.
    pub bracketed: bool,
}

impl Layout {
    /// Reads a whole file for its layout, in constant memory.
    ///
    /// Days above 12 tell day from month. Where a file has none the order is the
    /// one in which its messages go back in time less often, and where both are
    /// as good, month first with AM and PM in capitals, else day first.
    ///
    /// # Errors
    /// [`ExportError::NoLayout`] when no line looks like a message,
    /// [`ExportError::Io`] when the file cannot be read.
    pub fn detect(input: impl BufRead) -> Result<Self, ExportError> {
        let (mut bracketed, mut bare) = (Tally::default(), Tally::default());
        let mut lines = Lines::new(input);
        while let Some((_, line)) = lines.next().map_err(ExportError::Io)? {
            if let Some(header) = Header::read(line) {
                if header.bracketed { bracketed.add(&header) } else { bare.add(&header) }
            }
        }
        let (tally, in_brackets) =
            if bracketed.lines > bare.lines { (bracketed, true) } else { (bare, false) };
        let order = tally.order().ok_or(ExportError::NoLayout)?;
        Ok(Self { order, bracketed: in_brackets })
    }
}

#[derive(Default)]
struct Tally {
    lines: u64,
    year_first: u64,
    american: u64,
    day_first: Reading,
    month_first: Reading,
}

/// How well the lines read in one order.
#[derive(Default)]
struct Reading {
    /// Lines that only this order can be.
    sure: u64,
    /// Lines that go back in time.
    back: u64,
    last: Option<NaiveDateTime>,
}

impl Tally {
    fn add(&mut self, header: &Header<'_>) {
        let day_first = header.local(DateOrder::DayFirst);
        let month_first = header.local(DateOrder::MonthFirst);
        let year_first = header.year_first && header.local(DateOrder::YearFirst).is_some();
        if !year_first && day_first.is_none() && month_first.is_none() {
            return;
        }
        self.lines += 1;
        self.american += u64::from(header.american);
        self.year_first += u64::from(year_first);
        self.day_first.add(day_first, month_first);
        self.month_first.add(month_first, day_first);
    }

    fn order(&self) -> Option<DateOrder> {
        if self.lines == 0 {
            return None;
        }
        if self.year_first * 2 > self.lines {
            return Some(DateOrder::YearFirst);
        }
        let sure = self.day_first.sure.cmp(&self.month_first.sure);
        let order = sure.then(self.month_first.back.cmp(&self.day_first.back));
        Some(match order {
            Ordering::Less => DateOrder::MonthFirst,
            Ordering::Equal if self.american * 2 > self.lines => DateOrder::MonthFirst,
            Ordering::Greater | Ordering::Equal => DateOrder::DayFirst,
        })
    }
}

impl Reading {
    fn add(&mut self, this: Option<NaiveDateTime>, other: Option<NaiveDateTime>) {
        let Some(at) = this else { return };
        self.sure += u64::from(other.is_none());
        self.back += u64::from(self.last.is_some_and(|last| at < last));
        self.last = Some(at);
    }
}
