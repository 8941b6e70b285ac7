//! The rules of NDJSON.md that hold for every row, whichever door it came by.

use super::error::{RowCode, RowError};
use super::model::{Row, What};
use crate::time::Timestamp;

/// The most characters (Unicode scalar values) of an identifier.
pub const MAX_ID_CHARS: usize = 200;

/// How far ahead of the clock `ts` may be, in milliseconds.
const TOLERATED_FUTURE: i64 = 5 * 60 * Timestamp::SECOND;

/// No chat platform is older than the epoch; the zero times of some languages
/// would ask for two thousand years of weeks. After the year 9999 a time can no
/// longer be written as RFC 3339.
const FIRST: i64 = 0;
const LAST: i64 = 253_402_300_799_999;

type Broken = (RowCode, &'static str);

impl Row {
    /// The row as it goes in: optional values that are empty count as absent,
    /// keys that the kind does not use are dropped, and U+0000, which not every
    /// database can hold, becomes U+FFFD.
    ///
    /// # Errors
    /// The first rule that the row breaks, see [`Row::check`].
    pub fn admitted(mut self, now: Timestamp) -> Result<Self, RowError> {
        if !self.kind().has_user() {
            self.user = None;
        }
        self.each_optional(|value| {
            if value.as_deref() == Some("") {
                *value = None;
            }
        });
        self.each_text(|text| {
            if text.contains('\0') {
                *text = text.replace('\0', "\u{FFFD}");
            }
        });
        self.check(now)?;
        Ok(self)
    }

    /// Whether the row holds the rules of NDJSON.md at the time `now`.
    ///
    /// # Errors
    /// [`RowError`] with the first rule that it breaks.
    pub fn check(&self, now: Timestamp) -> Result<(), RowError> {
        identifier("id", &self.id).map_err(|(code, key)| RowError {
            code,
            key: Some(key.into()),
            id: None,
        })?;
        self.broken(now).map_err(|(code, key)| RowError::of_row(code, Some(key), &self.id))
    }

    fn broken(&self, now: Timestamp) -> Result<(), Broken> {
        if self.kind().has_user() {
            identifier("user", self.user.as_deref().ok_or((RowCode::Missing, "user"))?)?;
        }
        reference("source", self.source.as_deref())?;
        reference("group", self.group.as_deref())?;
        in_range("ts", self.ts)?;
        if self.ts > now.plus_millis(TOLERATED_FUTURE) {
            return Err((RowCode::InTheFuture, "ts"));
        }
        match &self.what {
            What::Message { reply_to, .. } => reference("replyTo", reply_to.as_deref()),
            What::MessageDeleted { target, .. }
            | What::Reaction { target, .. }
            | What::ViolationVoided { target } => identifier("target", target),
            What::Join { invited_by, .. } => reference("invitedBy", invited_by.as_deref()),
            What::Remove { by, .. } => reference("by", by.as_deref()),
            What::Event { starts_at, ends_at, .. } => {
                in_range("startsAt", *starts_at)?;
                in_range("endsAt", *ends_at)?;
                if ends_at < starts_at { Err((RowCode::EndsBeforeStarts, "endsAt")) } else { Ok(()) }
            }
            What::Attendance { event } => identifier("event", event),
            What::ContributionAccepted { item, points } => {
                identifier("item", item)?;
                if matches!(points, 50 | 75 | 100) { Ok(()) } else { Err((RowCode::OutOfRange, "points")) }
            }
            What::ContributionWithdrawn { item } => identifier("item", item),
            What::Leave | What::Role { .. } | What::Violation { .. } | What::Click { .. } => Ok(()),
        }
    }

    fn each_optional(&mut self, mut change: impl FnMut(&mut Option<String>)) {
        change(&mut self.source);
        change(&mut self.group);
        change(&mut self.name);
        match &mut self.what {
            What::Message { text: one, reply_to: other, .. }
            | What::Join { invited_by: one, via: other }
            | What::Remove { by: one, reason: other } => {
                change(one);
                change(other);
            }
            What::Reaction { emoji: one, .. }
            | What::Event { title: one, .. }
            | What::Violation { severity: one }
            | What::Click { via: one } => change(one),
            What::MessageDeleted { .. }
            | What::Leave
            | What::Role { .. }
            | What::Attendance { .. }
            | What::ContributionAccepted { .. }
            | What::ContributionWithdrawn { .. }
            | What::ViolationVoided { .. } => {}
        }
    }

    fn each_text(&mut self, mut change: impl FnMut(&mut String)) {
        change(&mut self.id);
        self.user.as_mut().map(&mut change);
        match &mut self.what {
            What::MessageDeleted { target: one, .. }
            | What::Reaction { target: one, .. }
            | What::Attendance { event: one }
            | What::ContributionAccepted { item: one, .. }
            | What::ContributionWithdrawn { item: one }
            | What::ViolationVoided { target: one } => change(one),
            _ => {}
        }
        self.each_optional(|value| {
            value.as_mut().map(&mut change);
        });
    }
}

/// Whether `id` could stand in an answer as the row's id.
pub(super) fn is_identifier(id: &str) -> bool {
    identifier("id", id).is_ok()
}

fn identifier(key: &'static str, value: &str) -> Result<(), Broken> {
    if value.is_empty() {
        return Err((RowCode::Empty, key));
    }
    // A character takes at most four bytes: most values need no count.
    let too_long = value.len() > MAX_ID_CHARS
        && (value.len() > 4 * MAX_ID_CHARS || value.chars().count() > MAX_ID_CHARS);
    if too_long { Err((RowCode::TooLong, key)) } else { Ok(()) }
}

fn reference(key: &'static str, value: Option<&str>) -> Result<(), Broken> {
    value.map_or(Ok(()), |value| identifier(key, value))
}

fn in_range(key: &'static str, at: Timestamp) -> Result<(), Broken> {
    if (FIRST..=LAST).contains(&at.millis()) { Ok(()) } else { Err((RowCode::OutOfRange, key)) }
}
