//! The messages of an export, one after the other.

use std::fmt;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use crate::activity::formats::ExportError;

/// Calls `each` with the chat's id (empty when the file tells none before its
/// messages) and each message, until it breaks off.
pub(super) fn messages(
    input: impl Read,
    each: impl FnMut(&str, Value) -> ControlFlow<()>,
) -> Result<(), ExportError> {
    let mut chat = Chat { id: String::new(), each, found: false, stopped: false };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, input));
    let read = (&mut json).deserialize_map(&mut chat).and_then(|()| json.end());
    match read {
        _ if chat.stopped => Ok(()),
        Ok(()) if chat.found => Ok(()),
        Ok(()) => Err(ExportError::NoMessages),
        Err(error) => Err(match error.classify() {
            Category::Io => ExportError::Io(error.into()),
            Category::Data => ExportError::NoMessages,
            Category::Syntax | Category::Eof => {
                ExportError::Json { line: error.line(), column: error.column() }
            }
        }),
    }
}

struct Chat<F> {
    id: String,
    each: F,
    found: bool,
    stopped: bool,
}

impl<'de, F: FnMut(&str, Value) -> ControlFlow<()>> Visitor<'de> for &mut Chat<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the export of a chat")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => self.id = text_of(&map.next_value()?),
                "messages" => map.next_value_seed(Messages(self))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Messages<'chat, F>(&'chat mut Chat<F>);

impl<'de, F: FnMut(&str, Value) -> ControlFlow<()>> DeserializeSeed<'de> for Messages<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        self.0.found = true;
        from.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&str, Value) -> ControlFlow<()>> Visitor<'de> for Messages<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(message) = seq.next_element()? {
            if (self.0.each)(&self.0.id, message).is_break() {
                self.0.stopped = true;
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// A string or a number as text; empty for anything else.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}
