//! Good and bad rows in one body: each bad one is reported with its line and reason, the
//! good ones go in, once.

use qun_domain::time::Timestamp;
use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::{Value as Json, json};

use super::chat::{line, message};
use crate::harness::{Answer, SHANGHAI, Served, now, served_on_both};

served_on_both!(bad_rows_do_not_stop_good_ones, a_thousand_errors_are_listed_and_all_are_counted);

const GROUP: &str = "garden";

/// Every reason that a line of its own can have, between three good rows.
fn mixed(now: Timestamp) -> (Vec<u8>, Vec<Json>) {
    let minutes = |n: i64| now.plus_millis(n * 60 * Timestamp::SECOND).to_string();
    let ts = now.to_string();
    let row = |id: &str, kind: &str, more: Json| {
        let mut row = json!({ "id": id, "kind": kind, "ts": ts, "user": "ann" });
        row.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        line(&row).into_bytes()
    };
    let (mut body, mut errors) = (Vec::new(), Vec::new());
    let mut at = 0;
    let mut add = |bytes: Vec<u8>, error: Option<(Option<&str>, &str)>| {
        at += 1;
        body.extend(bytes);
        match error {
            Some((Some(id), code)) => errors.push(json!({ "line": at, "id": id, "code": code })),
            Some((None, code)) => errors.push(json!({ "line": at, "code": code })),
            None => {}
        }
    };
    add(message("good1", "ann", now, "hello").into_bytes(), None);
    add(b"{\"id\": \"broken\", \"kind\": \"mess\n".to_vec(), Some((Some("broken"), "NOT_JSON")));
    add(b"{\"id\": \"\xff\xfe\"}\n".to_vec(), Some((None, "NOT_UTF8")));
    add(b"[1, 2]\n".to_vec(), Some((None, "NOT_AN_OBJECT")));
    add(row("kind", "shout", json!({})), Some((Some("kind"), "UNKNOWN_KIND")));
    add(row("late", "leave", json!({ "ts": minutes(6) })), Some((Some("late"), "IN_THE_FUTURE")));
    add(row("soon", "click", json!({ "ts": minutes(4) })), None);
    add(row("must", "reaction", json!({ "emoji": "🌱" })), Some((Some("must"), "MISSING")));
    add(row("medium", "message", json!({ "media": ["scent"] })), Some((Some("medium"), "UNKNOWN_VALUE")));
    add(row("long", "message", json!({ "text": "x".repeat(10_000_000) })), Some((None, "LINE_TOO_LONG")));
    add(b"\r\n".to_vec(), None);
    add(row("time", "leave", json!({ "ts": "yesterday" })), Some((Some("time"), "BAD_TIME")));
    add(row("type", "leave", json!({ "user": 7 })), Some((Some("type"), "WRONG_TYPE")));
    add(row("empty", "leave", json!({ "user": "" })), Some((Some("empty"), "EMPTY")));
    add(row("much", "leave", json!({ "user": "u".repeat(201) })), Some((Some("much"), "TOO_LONG")));
    let accepted = json!({ "item": "i", "points": 60 });
    add(row("points", "contribution_accepted", accepted), Some((Some("points"), "OUT_OF_RANGE")));
    let times = json!({ "startsAt": minutes(9), "endsAt": minutes(8) });
    add(row("event", "event", times), Some((Some("event"), "ENDS_BEFORE_STARTS")));
    add(row("good1", "leave", json!({})), Some((Some("good1"), "CONFLICT")));
    add(row("lost", "leave", json!({ "group": "nowhere" })), Some((Some("lost"), "UNKNOWN_GROUP")));
    // The last line of a body needs no line break.
    add(message("good2", "bob", now, "good-bye").trim_end().into(), None);
    (body, errors)
}

async fn bad_rows_do_not_stop_good_ones(served: &mut Served) {
    let token = served.found("acme").await;
    served.group(&token, GROUP).await;
    let now = now();
    let (body, expected) = mixed(now);
    // Rows name their group themselves here, so that one of them can name a wrong one.
    let body = with_group(&body);
    let days = [json!({ "day": now.local_date(SHANGHAI), "messages": 2, "speakers": 2 })];
    for (language, accepted, duplicates) in [("en", 3, 0), ("zh-CN", 0, 3)] {
        let request = served.process.sending("", body.clone()).header(ACCEPT_LANGUAGE, language);
        let answer = Answer::of(request.bearer_auth(&token)).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        let mut report = answer.json();
        for error in report["errors"].as_array_mut().expect("errors") {
            let message = error.as_object_mut().expect("an object").remove("message").expect("a sentence");
            let end = if language == "en" { '.' } else { '。' };
            assert!(message.as_str().expect("a text").ends_with(end), "{language}: {message}");
        }
        let counts = json!({
            "accepted": accepted, "duplicates": duplicates, "rejected": expected.len(),
            "errors": expected, "errorsTruncated": false,
        });
        assert_eq!(report, counts, "{language}");
        assert_eq!(served.exported("acme", GROUP).await, days);
        assert_eq!(served.rows().await, 3);
    }
}

/// Each object that is one gets the group, unless it has one.
fn with_group(body: &[u8]) -> Vec<u8> {
    let lines = body.split(|byte| *byte == b'\n').map(|bytes| {
        let Ok(mut row) = serde_json::from_slice::<Json>(bytes) else { return bytes.to_vec() };
        if let Some(row) = row.as_object_mut() {
            row.entry("group").or_insert_with(|| GROUP.into());
        }
        row.to_string().into_bytes()
    });
    lines.collect::<Vec<_>>().join(&b'\n')
}

async fn a_thousand_errors_are_listed_and_all_are_counted(served: &mut Served) {
    let token = served.found("acme").await;
    served.group(&token, GROUP).await;
    let bad = line(&json!({ "id": "bad", "kind": "shout", "ts": now().to_string() })).repeat(2_500);
    let body = format!("{bad}{}", message("good", "ann", now(), "hello"));
    let request = served.process.sending(&format!("?group={GROUP}"), body).bearer_auth(&token);
    let report = Answer::of(request).await.json();
    let counts = (&report["accepted"], &report["rejected"], &report["errorsTruncated"]);
    assert_eq!(counts, (&json!(1), &json!(2_500), &json!(true)));
    let errors = report["errors"].as_array().expect("errors");
    let lines: Vec<_> = errors.iter().map(|error| error["line"].as_u64().expect("a line")).collect();
    assert_eq!(lines, (1..=1_000).collect::<Vec<_>>());
}
