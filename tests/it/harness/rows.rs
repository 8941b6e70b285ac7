//! Rows as tests write them.

use chrono::{NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use qun_domain::activity::{Row, What};
use qun_domain::time::Timestamp;

/// The zone of tests: no clock changes, and no day in common with UTC.
pub(crate) const SHANGHAI: Tz = Tz::Asia__Shanghai;

/// `2026-03-02 09:00`, or with seconds, in Shanghai.
pub(crate) fn at(text: &str) -> Timestamp {
    let full = if text.len() == "2026-03-02 09:00".len() { format!("{text}:00") } else { text.to_owned() };
    let local = NaiveDateTime::parse_from_str(&full, "%Y-%m-%d %H:%M:%S").expect("a local time");
    SHANGHAI.from_local_datetime(&local).single().expect("an instant").into()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub(crate) fn row(id: impl Into<String>, user: &str, ts: Timestamp, what: What) -> Row {
    Row { id: id.into(), source: None, group: None, user: Some(user.to_owned()), name: None, ts, what }
}

pub(crate) fn message(id: impl Into<String>, user: &str, ts: Timestamp) -> Row {
    row(id, user, ts, What::Message { text: Some("早上好".to_owned()), media: vec![], reply_to: None })
}

/// An event of an hour's length.
pub(crate) fn event(id: &str, ts: Timestamp, starts_at: Timestamp, cancelled: bool) -> Row {
    let ends_at = starts_at.plus_millis(60 * 60 * Timestamp::SECOND);
    let what = What::Event { starts_at, ends_at, title: None, cancelled };
    Row { id: id.to_owned(), source: None, group: None, user: None, name: None, ts, what }
}
