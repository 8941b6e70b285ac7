//! A line of NDJSON becomes a row.

use std::borrow::Cow;
use std::str::FromStr;

use super::check::is_identifier;
use super::error::{RowCode, RowError};
use super::line::{Key, Line, Loose};
use super::model::{Kind, Medium, Row, What};
use super::rfc3339;
use crate::time::Timestamp;

/// The row of one line of NDJSON, with or without its line break.
///
/// `now` is the clock's time: `ts` may be 5 minutes ahead of it. `null` counts
/// as absent, and so does an empty value that the kind does not need; of a key
/// that stands twice the last counts; keys that the kind does not use are
/// ignored.
///
/// # Errors
/// [`RowError`] with the first rule that the row breaks and, where it could be
/// read, the row's id.
pub fn parse(line: &[u8], now: Timestamp) -> Result<Row, RowError> {
    let text = std::str::from_utf8(line).map_err(|_| RowError::of_line(RowCode::NotUtf8))?;
    let mut line = Line::default();
    if let Err(code) = line.read(text) {
        return Err(RowError { code, key: None, id: readable_id(&line) });
    }
    match row(&mut Values(&mut line)) {
        Ok(row) => row.admitted(now),
        Err((code, key)) => Err(RowError { code, key: Some(key.code().into()), id: readable_id(&line) }),
    }
}

fn readable_id(line: &Line<'_>) -> Option<String> {
    match line.peek(Key::Id) {
        Loose::Text(id) if is_identifier(id) => Some(id.clone().into_owned()),
        _ => None,
    }
}

type Broken = (RowCode, Key);

fn row(values: &mut Values<'_, '_>) -> Result<Row, Broken> {
    let kind = values.must(Key::Kind)?;
    let kind = Kind::from_str(&kind).map_err(|_| (RowCode::UnknownKind, Key::Kind))?;
    let ts = values.time(Key::Ts)?;
    let user = if kind.has_user() { Some(values.must(Key::User)?.into_owned()) } else { None };
    let source = values.may(Key::Source)?;
    let group = values.may(Key::Group)?;
    let name = values.may(Key::Name)?;
    let what = values.what(kind)?;
    // Last, so that an error before it can still tell the id.
    let id = values.must(Key::Id)?.into_owned();
    Ok(Row { id, source, group, user, name, ts, what })
}

/// Typed access to the values of a line.
struct Values<'line, 'a>(&'line mut Line<'a>);

impl<'a> Values<'_, 'a> {
    fn what(&mut self, kind: Kind) -> Result<What, Broken> {
        Ok(match kind {
            Kind::Message => What::Message {
                text: self.may(Key::Text)?,
                media: self.media()?,
                reply_to: self.may(Key::ReplyTo)?,
            },
            Kind::MessageDeleted => What::MessageDeleted {
                target: self.target()?,
                by: self.text(Key::By)?.map(word(Key::By)).transpose()?,
            },
            Kind::Reaction => What::Reaction { target: self.target()?, emoji: self.may(Key::Emoji)? },
            Kind::Join => What::Join { invited_by: self.may(Key::InvitedBy)?, via: self.may(Key::Via)? },
            Kind::Leave => What::Leave,
            Kind::Remove => What::Remove { by: self.may(Key::By)?, reason: self.may(Key::Reason)? },
            Kind::Role => What::Role { role: self.must(Key::Role).and_then(word(Key::Role))? },
            Kind::Event => What::Event {
                starts_at: self.time(Key::StartsAt)?,
                ends_at: self.time(Key::EndsAt)?,
                title: self.may(Key::Title)?,
                cancelled: self.flag(Key::Cancelled)?,
            },
            Kind::Attendance => What::Attendance { event: self.must(Key::Event)?.into_owned() },
            Kind::ContributionAccepted => What::ContributionAccepted {
                item: self.must(Key::Item)?.into_owned(),
                points: self.points()?,
            },
            Kind::ContributionWithdrawn => {
                What::ContributionWithdrawn { item: self.must(Key::Item)?.into_owned() }
            }
            Kind::Violation => What::Violation { severity: self.may(Key::Severity)? },
            Kind::ViolationVoided => What::ViolationVoided { target: self.target()? },
            Kind::Click => What::Click { via: self.may(Key::Via)? },
        })
    }

    fn text(&mut self, key: Key) -> Result<Option<Cow<'a, str>>, Broken> {
        match self.0.peek(key) {
            Loose::Absent => Ok(None),
            // Moved out only when right: a wrong `id` is never told.
            Loose::Text(_) => match self.0.take(key) {
                Loose::Text(text) => Ok(Some(text)),
                _ => Ok(None),
            },
            _ => Err((RowCode::WrongType, key)),
        }
    }

    fn may(&mut self, key: Key) -> Result<Option<String>, Broken> {
        Ok(self.text(key)?.map(Cow::into_owned))
    }

    fn must(&mut self, key: Key) -> Result<Cow<'a, str>, Broken> {
        self.text(key)?.ok_or((RowCode::Missing, key))
    }

    fn target(&mut self) -> Result<String, Broken> {
        self.must(Key::Target).map(Cow::into_owned)
    }

    fn time(&mut self, key: Key) -> Result<Timestamp, Broken> {
        let text = self.must(key)?;
        rfc3339::parse(&text).ok_or((if text.is_empty() { RowCode::Empty } else { RowCode::BadTime }, key))
    }

    fn flag(&mut self, key: Key) -> Result<bool, Broken> {
        match self.0.take(key) {
            Loose::Absent => Ok(false),
            Loose::Bool(value) => Ok(value),
            _ => Err((RowCode::WrongType, key)),
        }
    }

    fn points(&mut self) -> Result<u8, Broken> {
        match self.0.take(Key::Points) {
            Loose::Absent => Err((RowCode::Missing, Key::Points)),
            Loose::Number(points) => [50_u8, 75, 100]
                .into_iter()
                .find(|grade| f64::from(*grade).to_bits() == points.to_bits())
                .ok_or((RowCode::OutOfRange, Key::Points)),
            _ => Err((RowCode::WrongType, Key::Points)),
        }
    }

    fn media(&mut self) -> Result<Vec<Medium>, Broken> {
        match self.0.take(Key::Media) {
            Loose::Absent => Ok(Vec::new()),
            Loose::List(items) => items
                .into_iter()
                .map(|item| item.ok_or((RowCode::WrongType, Key::Media)).and_then(word(Key::Media)))
                .collect(),
            _ => Err((RowCode::WrongType, Key::Media)),
        }
    }
}

/// Reads one of the words that `key` knows.
fn word<T: FromStr>(key: Key) -> impl Fn(Cow<'_, str>) -> Result<T, Broken> {
    move |text| {
        let unknown = if text.is_empty() { RowCode::Empty } else { RowCode::UnknownValue };
        text.parse().map_err(|_| (unknown, key))
    }
}

#[cfg(test)]
mod tests;
