//! The messages of graphql-transport-ws, and how a socket ends.

use std::borrow::Cow;

use async_graphql::{Request, Response, ServerError};
use qun_domain::locale::Locale;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::graphql::{Body, from_parameters};

/// The name of the protocol.
pub(super) const NAME: &str = "graphql-transport-ws";

/// The longest id of an operation, in characters.
const MAX_ID_CHARS: usize = 200;

/// Why a socket is closed: a code and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Close(pub(super) u16, pub(super) Cow<'static, str>);

impl Close {
    const fn of(code: u16, reason: &'static str) -> Self {
        Self(code, Cow::Borrowed(reason))
    }

    pub(super) const GOING_AWAY: Self = Self::of(1001, "The server stops: connect again");
    pub(super) const SILENT: Self = Self::of(1001, "Nothing was heard of you");
    pub(super) const TOO_LONG: Self = Self::of(1009, "A message is too long");
    pub(super) const NO_TOKEN: Self = Self::of(4401, "Unauthorized: an access token is needed");
    pub(super) const TOO_EARLY: Self = Self::of(4401, "Unauthorized: connection_init comes first");
    pub(super) const BAD_TOKEN: Self =
        Self::of(4403, "Forbidden: the access token is not valid, or not valid any more");
    pub(super) const OTHER_PROTOCOL: Self =
        Self::of(4406, "Subprotocol not acceptable: graphql-transport-ws");
    pub(super) const NO_INIT: Self = Self::of(4408, "Connection initialisation timeout");
    pub(super) const SECOND_INIT: Self = Self::of(4429, "Too many initialisation requests");
    pub(super) const SLOW_READER: Self = Self::of(4490, "You read too slowly: go on after the last eventId");
    pub(super) const FULL: Self = Self::of(4491, "Too many streams of your organization");
    pub(super) const BROKEN: Self = Self::of(4500, "Something broke on our side");

    pub(super) fn bad(why: impl Into<Cow<'static, str>>) -> Self {
        Self(4400, why.into())
    }

    fn twice(id: &str) -> Self {
        Self(4409, format!("Subscriber for {id} already exists").into())
    }
}

/// What a client says.
#[derive(Debug)]
pub(super) enum Heard {
    Init(Map<String, Value>),
    Ping(Option<Value>),
    Pong,
    Subscribe { id: String, request: Box<Request> },
    Complete { id: String },
}

/// Reads a message.
pub(super) fn read(text: &str) -> Result<Heard, Close> {
    let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
        return Err(Close::bad("A message must be a JSON object"));
    };
    let Some(Value::String(kind)) = message.remove("type") else {
        return Err(Close::bad("A message must have a type"));
    };
    let payload = message.remove("payload").filter(|payload| !payload.is_null());
    match kind.as_str() {
        "connection_init" => Ok(Heard::Init(object(payload)?.unwrap_or_default())),
        "ping" => Ok(Heard::Ping(object(payload)?.map(Value::Object))),
        "pong" => Ok(Heard::Pong),
        "subscribe" => {
            let id = id(&mut message)?;
            let parameters = object(payload)?.ok_or(Close::bad("subscribe must have a payload"))?;
            let request = from_parameters(parameters)
                .map_err(|problem| Close::bad(problem.sentence().text(Locale::En).to_owned()))?;
            Ok(Heard::Subscribe { id, request: Box::new(request) })
        }
        "complete" => Ok(Heard::Complete { id: id(&mut message)? }),
        _ => Err(Close::bad("A message has an unknown type")),
    }
}

fn object(payload: Option<Value>) -> Result<Option<Map<String, Value>>, Close> {
    match payload {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(Close::bad("A payload must be a JSON object")),
    }
}

fn id(message: &mut Map<String, Value>) -> Result<String, Close> {
    match message.remove("id") {
        Some(Value::String(id)) if (1..=MAX_ID_CHARS).contains(&id.chars().count()) => Ok(id),
        _ => Err(Close::bad("An id must be a text of 1 to 200 characters")),
    }
}

/// Whether an operation may have this id.
pub(super) fn is_free(id: &str, is_taken: bool) -> Result<(), Close> {
    if is_taken { Err(Close::twice(id)) } else { Ok(()) }
}

#[derive(Serialize)]
struct Message<'a, P> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    payload: P,
}

fn text(message: &impl Serialize) -> String {
    serde_json::to_string(message).unwrap_or_default()
}

pub(super) fn ack() -> String {
    json!({ "type": "connection_ack" }).to_string()
}

pub(super) fn pong(payload: Option<&Value>) -> String {
    match payload {
        Some(payload) => json!({ "type": "pong", "payload": payload }).to_string(),
        None => json!({ "type": "pong" }).to_string(),
    }
}

pub(super) fn next(id: &str, answer: &Response) -> String {
    text(&Message { id, kind: "next", payload: Body::of(answer) })
}

pub(super) fn failed(id: &str, errors: &[ServerError]) -> String {
    text(&Message { id, kind: "error", payload: errors })
}

pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}

#[cfg(test)]
mod tests {
    use async_graphql::value;

    use super::*;

    #[test]
    fn messages_that_are_none_close_the_socket() {
        for bad in [
            "",
            "1",
            "[]",
            "{}",
            r#"{"type": 1}"#,
            r#"{"type": "start"}"#,
            r#"{"type": "connection_init", "payload": []}"#,
            r#"{"type": "ping", "payload": "x"}"#,
            r#"{"type": "subscribe", "id": "1"}"#,
            r#"{"type": "subscribe", "id": "1", "payload": {}}"#,
            r#"{"type": "subscribe", "id": "1", "payload": {"query": 1}}"#,
            r#"{"type": "subscribe", "id": 1, "payload": {"query": "{a}"}}"#,
            r#"{"type": "subscribe", "id": "", "payload": {"query": "{a}"}}"#,
            r#"{"type": "complete"}"#,
            &format!(r#"{{"type": "complete", "id": "{}"}}"#, "x".repeat(MAX_ID_CHARS + 1)),
        ] {
            assert!(matches!(read(bad), Err(Close(4400, _))), "{bad}");
        }
    }

    #[test]
    fn messages_are_read() {
        assert!(
            matches!(read(r#"{"type": "connection_init"}"#), Ok(Heard::Init(payload)) if payload.is_empty())
        );
        assert!(matches!(read(r#"{"type": "connection_init", "payload": null}"#), Ok(Heard::Init(_))));
        assert!(matches!(read(r#"{"type": "ping", "payload": {"a": 1}}"#), Ok(Heard::Ping(Some(_)))));
        assert!(matches!(read(r#"{"type": "pong", "payload": 3}"#), Ok(Heard::Pong)));
        let subscribe =
            r#"{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "operationName": null}}"#;
        assert!(
            matches!(read(subscribe), Ok(Heard::Subscribe { id, request }) if id == "1" && request.query == "{a}")
        );
        assert!(
            matches!(read(r#"{"type": "complete", "id": "群"}"#), Ok(Heard::Complete { id }) if id == "群")
        );
    }

    #[test]
    fn messages_are_written() {
        assert_eq!(ack(), r#"{"type":"connection_ack"}"#);
        assert_eq!(pong(None), r#"{"type":"pong"}"#);
        assert_eq!(complete("1"), r#"{"id":"1","type":"complete"}"#);
        let answer = Response::new(value!({ "a": 1 }));
        assert_eq!(next("1", &answer), r#"{"id":"1","type":"next","payload":{"data":{"a":1}}}"#);
        let errors = [ServerError::new("No.", None)];
        assert_eq!(failed("1", &errors), r#"{"id":"1","type":"error","payload":[{"message":"No."}]}"#);
    }

    /// A reason is cut at 123 bytes by the protocol: ours are shorter.
    #[test]
    fn reasons_fit_into_a_frame() {
        for close in [
            Close::GOING_AWAY,
            Close::SILENT,
            Close::TOO_LONG,
            Close::NO_TOKEN,
            Close::TOO_EARLY,
            Close::BAD_TOKEN,
            Close::OTHER_PROTOCOL,
            Close::NO_INIT,
            Close::SECOND_INIT,
            Close::SLOW_READER,
            Close::FULL,
            Close::BROKEN,
        ] {
            assert!(close.1.len() <= 123, "{close:?}");
        }
    }
}
