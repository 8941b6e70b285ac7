//! Bodies as they may come: empty, packed, cut off, or something else altogether.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value as Json, json};

use super::chat::message;
use crate::harness::{Answer, Served, now, served_on_both};

served_on_both!(
    an_empty_body_is_no_error,
    a_packed_body_is_taken,
    a_packed_body_that_is_cut_off_is_sent_again,
    what_is_no_ndjson_is_refused,
    other_types_and_encodings_are_refused,
);

const GROUP: &str = "garden";
const ADDRESS: &str = "?group=garden";

async fn founded(served: &Served) -> String {
    let token = served.found("acme").await;
    served.group(&token, GROUP).await;
    token
}

async fn sent(served: &Served, token: &str, encoding: &str, body: impl Into<Vec<u8>>) -> Answer {
    let request = served.process.sending(ADDRESS, body.into()).bearer_auth(token);
    Answer::of(if encoding.is_empty() { request } else { request.header("content-encoding", encoding) }).await
}

fn counts(answer: &Answer) -> [u64; 3] {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let report = answer.json();
    ["accepted", "duplicates", "rejected"].map(|count| report[count].as_u64().expect("a count"))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("gzip")
}

/// Messages whose texts do not pack well.
fn messages(count: u64) -> String {
    let now = now();
    let text = |n: u64| {
        let mut noise = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut words = String::new();
        for _ in 0..12 {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            words += &format!("{noise:016x} ");
        }
        words
    };
    (0..count).map(|n| message(&format!("m{n}"), "ann", now, &text(n))).collect()
}

async fn an_empty_body_is_no_error(served: &mut Served) {
    let token = founded(served).await;
    for (encoding, body) in [("", vec![]), ("", b"\n \r\n".to_vec()), ("gzip", gzip(b""))] {
        let answer = sent(served, &token, encoding, body).await;
        let nothing =
            json!({ "accepted": 0, "duplicates": 0, "rejected": 0, "errors": [], "errorsTruncated": false });
        assert_eq!((answer.status, answer.json()), (200, nothing));
    }
}

async fn a_packed_body_is_taken(served: &mut Served) {
    let token = founded(served).await;
    let (first, second) = (messages(300), message("last", "bob", now(), "bye"));
    let two_members = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    assert_eq!(counts(&sent(served, &token, "gzip", two_members).await), [301, 0, 0]);
    let plain = sent(served, &token, "identity", first + &second).await;
    assert_eq!(counts(&plain), [0, 301, 0], "the same rows");
    assert_eq!(served.rows().await, 301);
}

async fn a_packed_body_that_is_cut_off_is_sent_again(served: &mut Served) {
    let token = founded(served).await;
    let whole = gzip(messages(1_000).as_bytes());
    let mut kept = 0;
    for end in [whole.len() / 3, 2 * whole.len() / 3, whole.len() - 1] {
        let answer = sent(served, &token, "gzip", &whole[..end]).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_REQUEST"), "{end}");
        let stored = served.rows().await;
        assert!(kept < stored && stored <= 1_000, "{stored} rows of {end} bytes, {kept} before");
        kept = stored;
    }
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 0x40;
    let answer = sent(served, &token, "gzip", damaged).await;
    assert!(answer.status == 400 && answer.code() == "BAD_REQUEST", "{}", answer.text());
    let [accepted, duplicates, rejected] = counts(&sent(served, &token, "gzip", whole).await);
    assert_eq!((accepted + duplicates, rejected), (1_000, 0));
    assert_eq!(served.rows().await, 1_000);
    let messages: u64 = served
        .exported("acme", GROUP)
        .await
        .iter()
        .map(|day| day["messages"].as_u64().expect("a count"))
        .sum();
    assert_eq!(messages, 1_000);
}

async fn what_is_no_ndjson_is_refused(served: &mut Served) {
    let token = founded(served).await;
    let rows = messages(3);
    for (encoding, body) in [
        ("", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("", b"id,kind,ts\nm1,message,2026-01-01T00:00:00Z\n".to_vec()),
        ("", gzip(rows.as_bytes())),
        ("gzip", gzip(b"<html></html>")),
        ("gzip", rows.clone().into_bytes()),
    ] {
        let answer = sent(served, &token, encoding, body.clone()).await;
        let shown = String::from_utf8_lossy(&body[..10]).into_owned();
        assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_REQUEST"), "{shown}");
    }
    assert_eq!(served.rows().await, 0);
}

async fn other_types_and_encodings_are_refused(served: &mut Served) {
    let token = founded(served).await;
    let post = |headers: &[(&'static str, &str)]| {
        let request = served.process.request(reqwest::Method::POST, "/v1/interactions?group=garden");
        let request = request.bearer_auth(&token).body(messages(1));
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    for content_type in [
        "application/json",
        "text/plain",
        "application/x-ndjson; charset=utf-16",
        "application/x-ndjson,text/x",
    ] {
        let answer = Answer::of(post(&[("content-type", content_type)])).await;
        let code = answer.code();
        assert_eq!((answer.status, code.as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{content_type}");
    }
    assert_eq!(Answer::of(post(&[])).await.status, 415, "no type at all");
    for encoding in ["br", "gzip, gzip", "deflate"] {
        let headers = [("content-type", "application/x-ndjson"), ("content-encoding", encoding)];
        let answer = Answer::of(post(&headers)).await;
        assert_eq!((answer.status, answer.header("accept-encoding")), (415, "gzip"), "{encoding}");
        assert_eq!(answer.code(), "UNSUPPORTED_MEDIA_TYPE");
    }
    assert_eq!(served.rows().await, 0);
    let good = Answer::of(post(&[("content-type", "Application/X-NDJSON; charset=\"UTF-8\"")])).await;
    assert_eq!((good.status, &good.json()["accepted"]), (200, &Json::from(1)));
}
