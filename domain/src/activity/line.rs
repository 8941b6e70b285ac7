//! A JSON object of which only the keys of NDJSON.md are kept, each whatever
//! its type, so that a wrong type is an error of its key and not of the line.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::RowCode;
use crate::codes::coded;

coded! {
    /// The keys of NDJSON.md.
    pub(super) enum Key {
        /// `id`
        Id = "id",
        /// `kind`
        Kind = "kind",
        /// `ts`
        Ts = "ts",
        /// `group`
        Group = "group",
        /// `user`
        User = "user",
        /// `source`
        Source = "source",
        /// `name`
        Name = "name",
        /// `text`
        Text = "text",
        /// `media`
        Media = "media",
        /// `replyTo`
        ReplyTo = "replyTo",
        /// `target`
        Target = "target",
        /// `by`
        By = "by",
        /// `emoji`
        Emoji = "emoji",
        /// `invitedBy`
        InvitedBy = "invitedBy",
        /// `via`
        Via = "via",
        /// `reason`
        Reason = "reason",
        /// `role`
        Role = "role",
        /// `startsAt`
        StartsAt = "startsAt",
        /// `endsAt`
        EndsAt = "endsAt",
        /// `title`
        Title = "title",
        /// `cancelled`
        Cancelled = "cancelled",
        /// `event`
        Event = "event",
        /// `item`
        Item = "item",
        /// `points`
        Points = "points",
        /// `severity`
        Severity = "severity",
    }
}

/// A value of any type, as far as rows have use for it.
#[derive(Debug, Default)]
pub(super) enum Loose<'a> {
    /// The key is not there, or `null`.
    #[default]
    Absent,
    /// A string.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A list; an item that is no string is `None`.
    List(Vec<Option<Cow<'a, str>>>),
    /// An object.
    Object,
}

/// The values of one line, by key.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    values: [Loose<'a>; Key::ALL.len()],
}

impl<'a> Line<'a> {
    /// Reads the line. What stands before a syntax error is kept.
    ///
    /// # Errors
    /// [`RowCode::NotJson`] or [`RowCode::NotAnObject`].
    pub(super) fn read(&mut self, text: &'a str) -> Result<(), RowCode> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut json = serde_json::Deserializer::from_str(text);
        let is_object = (&mut json).deserialize_any(Fill(self)).map_err(|_| RowCode::NotJson)?;
        json.end().map_err(|_| RowCode::NotJson)?;
        if is_object { Ok(()) } else { Err(RowCode::NotAnObject) }
    }

    /// The value, left where it is.
    pub(super) const fn peek(&self, key: Key) -> &Loose<'a> {
        &self.values[key as usize]
    }

    /// The value, moved out.
    pub(super) const fn take(&mut self, key: Key) -> Loose<'a> {
        std::mem::replace(&mut self.values[key as usize], Loose::Absent)
    }
}

/// Fills a line from the one value of a text; says whether it was an object.
struct Fill<'line, 'a>(&'line mut Line<'a>);

impl<'a> Visitor<'a> for Fill<'_, 'a> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<bool, A::Error> {
        while let Some(Name(key)) = map.next_key()? {
            match key {
                Some(key) => self.0.values[key as usize] = map.next_value()?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<bool, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
}

/// The name of a key, if rows know it.
struct Name(Option<Key>);

impl<'a> Deserialize<'a> for Name {
    fn deserialize<D: Deserializer<'a>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Name;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_str<E>(self, key: &str) -> Result<Name, E> {
                Ok(Name(key.parse().ok()))
            }
        }
        from.deserialize_str(Read)
    }
}

impl<'a> Deserialize<'a> for Loose<'a> {
    fn deserialize<D: Deserializer<'a>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Take)
    }
}

struct Take;

impl<'a> Visitor<'a> for Take {
    type Value = Loose<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Loose<'a>, E> {
        Ok(Loose::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose<'a>, E> {
        Ok(Loose::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose<'a>, E> {
        Ok(Loose::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose<'a>, E> {
        Ok(Loose::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose<'a>, E> {
        Ok(Loose::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose<'a>, E> {
        Ok(Loose::Number(value))
    }

    fn visit_unit<E>(self) -> Result<Loose<'a>, E> {
        Ok(Loose::Absent)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Loose<'a>, A::Error> {
        let mut items = Vec::new();
        while let Some(Item(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Loose::List(items))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Loose<'a>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Object)
    }
}

/// An item of a list, if it is a string.
struct Item<'a>(Option<Cow<'a, str>>);

impl<'a> Deserialize<'a> for Item<'a> {
    fn deserialize<D: Deserializer<'a>>(from: D) -> Result<Self, D::Error> {
        Ok(match Loose::deserialize(from)? {
            Loose::Text(text) => Self(Some(text)),
            _ => Self(None),
        })
    }
}
