use proptest::prelude::*;

use super::*;
use crate::activity::{DeletedBy, MemberRole};

fn now() -> Timestamp {
    rfc3339::parse("2026-07-15T12:00:00+08:00").expect("a time")
}

fn read(line: &str) -> Result<Row, RowError> {
    parse(line.as_bytes(), now())
}

/// A line of `kind` with everything that all kinds need, and `rest`.
fn line(kind: &str, rest: &str) -> String {
    format!(r#"{{"id":"r1","kind":"{kind}","ts":"2026-01-05T08:00:00+08:00","user":"ann"{rest}}}"#)
}

fn what(kind: &str, rest: &str) -> What {
    read(&line(kind, rest)).expect("a row").what
}

fn broken(line: &str) -> (RowCode, Option<&'static str>) {
    let error = read(line).expect_err(line);
    let key = error.key.and_then(|key| if let Cow::Borrowed(key) = key { Some(key) } else { None });
    (error.code, key)
}

#[test]
fn every_kind_reads_its_keys() {
    let text = |text: &str| Some(text.to_owned());
    let at = |at: &str| rfc3339::parse(at).expect("a time");
    for (kind, rest, expected) in [
        (
            "message",
            r#","text":"hi","media":["image","link"],"replyTo":"m0""#,
            What::Message {
                text: text("hi"),
                media: vec![Medium::Image, Medium::Link],
                reply_to: text("m0"),
            },
        ),
        ("message", "", What::Message { text: None, media: vec![], reply_to: None }),
        (
            "message_deleted",
            r#","target":"m1","by":"moderator""#,
            What::MessageDeleted { target: "m1".into(), by: Some(DeletedBy::Moderator) },
        ),
        (
            "reaction",
            r#","target":"m1","emoji":"👍""#,
            What::Reaction { target: "m1".into(), emoji: text("👍") },
        ),
        ("join", r#","invitedBy":"bob","via":"x""#, What::Join { invited_by: text("bob"), via: text("x") }),
        ("leave", "", What::Leave),
        ("remove", r#","by":"bob","reason":"ads""#, What::Remove { by: text("bob"), reason: text("ads") }),
        ("role", r#","role":"facilitator""#, What::Role { role: MemberRole::Facilitator }),
        (
            "event",
            r#","startsAt":"2026-08-01T20:00:00+08:00","endsAt":"2026-08-01T20:00:00.0009+08:00","title":"T""#,
            What::Event {
                starts_at: at("2026-08-01T12:00:00Z"),
                ends_at: at("2026-08-01T12:00:00Z"),
                title: text("T"),
                cancelled: false,
            },
        ),
        ("attendance", r#","event":"e1""#, What::Attendance { event: "e1".into() }),
        (
            "contribution_accepted",
            r#","item":"i1","points":75.0"#,
            What::ContributionAccepted { item: "i1".into(), points: 75 },
        ),
        ("contribution_withdrawn", r#","item":"i1""#, What::ContributionWithdrawn { item: "i1".into() }),
        ("violation", r#","severity":"middle""#, What::Violation { severity: text("middle") }),
        ("violation_voided", r#","target":"v1""#, What::ViolationVoided { target: "v1".into() }),
        ("click", r#","via":"poster""#, What::Click { via: text("poster") }),
    ] {
        assert_eq!(what(kind, rest), expected, "{kind}");
    }
}

#[test]
fn what_a_row_may_do() {
    // Unknown keys, keys of other kinds, null, a key that stands twice, an empty value that is not needed.
    let row = read(&line(
        "message",
        r#","points":"x","extra":{"a":[1,{"b":null}]},"text":null,"name":"A","name":"B""#,
    ));
    let row = row.expect("a row");
    assert_eq!((row.name.as_deref(), row.what), (Some("B"), what("message", "")));
    assert_eq!(what("message", r#","text":"","replyTo":"","media":[]"#), what("message", ""));
    assert_eq!(what("message", r#","replyTo":"m\u0000""#), what("message", ",\"replyTo\":\"m\u{FFFD}\""));
    // Escaped keys and values, a byte order mark, white space, a line break.
    let odd = "\u{FEFF} {\"\\u0069d\":\"\\u0072\",\"kind\":\"leave\",\"ts\":\"2026-07-15T04:05:00Z\",\"user\":\"u\"}\r\n";
    assert_eq!(read(odd).expect("a row").id, "r");
    // An event has no user, and may lie in the future.
    let event =
        r#","startsAt":"2027-01-01T00:00:00Z","endsAt":"2027-01-02T00:00:00Z","cancelled":true,"user":7"#;
    assert_eq!(read(&line("event", event)).expect("a row").user, None);
    // 200 characters of any length.
    let long = "群".repeat(200);
    assert_eq!(read(&line("reaction", &format!(r#","target":"{long}""#))).expect("a row").id, "r1");
}

#[test]
fn rules_of_every_kind() {
    for (text, code, key) in [
        ("", RowCode::NotJson, None),
        ("\u{FEFF}", RowCode::NotJson, None),
        ("{", RowCode::NotJson, None),
        ("{} {}", RowCode::NotJson, None),
        (r#"{"id":"\ud83d"}"#, RowCode::NotJson, None),
        ("null", RowCode::NotAnObject, None),
        ("[{}]", RowCode::NotAnObject, None),
        ("-1.5", RowCode::NotAnObject, None),
        (r#""text""#, RowCode::NotAnObject, None),
        ("{}", RowCode::Missing, Some("kind")),
        (r#"{"kind":"Message"}"#, RowCode::UnknownKind, Some("kind")),
        (r#"{"kind":["message"]}"#, RowCode::WrongType, Some("kind")),
        (r#"{"kind":"leave"}"#, RowCode::Missing, Some("ts")),
        (r#"{"kind":"leave","ts":1767571200}"#, RowCode::WrongType, Some("ts")),
        (r#"{"kind":"leave","ts":"2026-01-05T08:00:00"}"#, RowCode::BadTime, Some("ts")),
        (r#"{"kind":"leave","ts":"2026-01-05T08:00:00Z"}"#, RowCode::Missing, Some("user")),
        (r#"{"kind":"leave","ts":"2026-01-05T08:00:00Z","user":"u"}"#, RowCode::Missing, Some("id")),
        (r#"{"id":7,"kind":"leave","ts":"2026-01-05T08:00:00Z","user":"u"}"#, RowCode::WrongType, Some("id")),
        (r#"{"id":"","kind":"leave","ts":"2026-01-05T08:00:00Z","user":"u"}"#, RowCode::Empty, Some("id")),
        (
            r#"{"id":"r","kind":"leave","ts":"0001-01-01T00:00:00Z","user":"u"}"#,
            RowCode::OutOfRange,
            Some("ts"),
        ),
        (
            r#"{"id":"r","kind":"leave","ts":"2026-07-15T04:05:00.001Z","user":"u"}"#,
            RowCode::InTheFuture,
            Some("ts"),
        ),
    ] {
        assert_eq!(broken(text), (code, key), "{text}");
    }
    assert_eq!(parse(b"{\"id\":\"\xFF\"}", now()), Err(RowError::of_line(RowCode::NotUtf8)));
}

#[test]
fn rules_of_one_kind() {
    let long = "群".repeat(201);
    for (kind, rest, code, key) in [
        ("message", r#","user":"""#, RowCode::Empty, "user"),
        ("message", &format!(r#","user":"{long}""#), RowCode::TooLong, "user"),
        ("message", &format!(r#","id":"{long}""#), RowCode::TooLong, "id"),
        ("message", &format!(r#","source":"{long}""#), RowCode::TooLong, "source"),
        ("message", r#","text":5"#, RowCode::WrongType, "text"),
        ("message", r#","name":{}"#, RowCode::WrongType, "name"),
        ("message", r#","media":"image""#, RowCode::WrongType, "media"),
        ("message", r#","media":["image",null]"#, RowCode::WrongType, "media"),
        ("message", r#","media":["gif"]"#, RowCode::UnknownValue, "media"),
        ("message_deleted", "", RowCode::Missing, "target"),
        ("message_deleted", r#","target":null"#, RowCode::Missing, "target"),
        ("message_deleted", r#","target":"m","by":"bob""#, RowCode::UnknownValue, "by"),
        ("reaction", r#","target":"""#, RowCode::Empty, "target"),
        ("role", r#","role":"owner""#, RowCode::UnknownValue, "role"),
        ("role", r#","role":"""#, RowCode::Empty, "role"),
        ("attendance", r#","event":true"#, RowCode::WrongType, "event"),
        ("contribution_accepted", r#","item":"i""#, RowCode::Missing, "points"),
        ("contribution_accepted", r#","item":"i","points":"50""#, RowCode::WrongType, "points"),
        ("contribution_accepted", r#","item":"i","points":60"#, RowCode::OutOfRange, "points"),
        ("contribution_accepted", r#","item":"i","points":50.5"#, RowCode::OutOfRange, "points"),
        ("contribution_withdrawn", r#","item":"""#, RowCode::Empty, "item"),
        ("event", r#","startsAt":"2026-01-01T00:00:00Z""#, RowCode::Missing, "endsAt"),
        (
            "event",
            r#","startsAt":"2026-01-01T00:00:00.001Z","endsAt":"2026-01-01T00:00:00Z""#,
            RowCode::EndsBeforeStarts,
            "endsAt",
        ),
        (
            "event",
            r#","startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-01T00:00:00Z","cancelled":"no""#,
            RowCode::WrongType,
            "cancelled",
        ),
    ] {
        assert_eq!(broken(&line(kind, rest)), (code, Some(key)), "{kind}{rest}");
    }
}

#[test]
fn an_error_tells_the_id_where_it_could_be_read() {
    for (text, id) in [
        (r#"{"kind":"x","id":"m7"}"#, Some("m7")),
        (r#"{"id":"m7","kind":"mess"#, Some("m7")),
        (r#"{"id":"m7","kind":"leave","ts":"2026-01-05T08:00:00Z","user":""}"#, Some("m7")),
        (r#"{"id":7,"kind":"x"}"#, None),
        (r#"{"id":"","kind":"x"}"#, None),
        (&format!(r#"{{"id":"{}","kind":"x"}}"#, "i".repeat(201)), None),
    ] {
        assert_eq!(read(text).expect_err(text).id.as_deref(), id, "{text}");
    }
}

#[test]
fn depth_is_no_danger() {
    let deep = "[".repeat(400_000);
    assert_eq!(broken(&deep).0, RowCode::NotJson);
    let deep = format!(r#","extra":{}{}"#, "[".repeat(200_000), "]".repeat(200_000));
    assert!(read(&line("leave", &deep)).is_ok());
    let deep = format!(r#","media":{}{}"#, "[".repeat(200_000), "]".repeat(200_000));
    assert!(read(&line("message", &deep)).is_err());
}

proptest! {
    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, now());
    }

    /// Both doors share the rules: what a line may not hold, a typed row may not hold either.
    #[test]
    fn what_parses_is_admitted_unchanged(user in "\\PC{0,210}", text in "\\PC{0,20}", points in 0_u8..=255) {
        let row = Row {
            id: "r1".into(),
            source: None,
            group: Some(text),
            user: Some(user),
            name: None,
            ts: now(),
            what: What::ContributionAccepted { item: "i".into(), points },
        };
        let json = serde_json::json!({
            "id": row.id, "kind": "contribution_accepted", "ts": row.ts.to_string(), "item": "i",
            "group": row.group, "user": row.user, "points": points,
        });
        match (row.admitted(now()), read(&json.to_string())) {
            (Ok(typed), Ok(parsed)) => {
                prop_assert_eq!(&typed, &parsed);
                prop_assert_eq!(typed.clone().admitted(now()), Ok(typed));
            }
            (typed, parsed) => prop_assert!(typed.is_err() && parsed.is_err()),
        }
    }
}
