//! Bodies that are broken, empty, cut off, or too long a line (issue 3, "Bad input").

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use qun_domain::activity::MAX_LINE_BYTES;
use reqwest::StatusCode;
use serde_json::{Value as Json, json};

use super::process::{Qun, Server};
use crate::harness::Backend;

const NDJSON: &str = "application/x-ndjson";

/// A server with the group `garden`, a token, and a way to send.
struct Door {
    qun: Qun,
    server: Server,
    token: String,
}

impl Door {
    async fn new(backend: Backend) -> Option<Self> {
        let qun = Qun::new(backend).await?;
        let token = qun.token();
        let door = Self { server: qun.serve().await, qun, token };
        let mutation =
            "mutation { createGroup(input: { name: \"garden\", platform: OTHER, timeZone: \"UTC\" }) {
            userErrors { code } } }";
        let request = reqwest::Client::new().post(door.server.at("/graphql")).bearer_auth(&door.token);
        let answer = request.json(&json!({ "query": mutation })).send().await.expect("an answer");
        let answer: Json = answer.json().await.expect("JSON");
        assert_eq!(answer["data"]["createGroup"]["userErrors"], json!([]), "{answer}");
        Some(door)
    }

    async fn send(&self, content_type: &str, encoding: &str, body: Vec<u8>) -> (StatusCode, Json) {
        let request = reqwest::Client::new().post(self.server.at("/v1/interactions?group=garden"));
        let request = request.bearer_auth(&self.token).header("content-type", content_type);
        let answer = request.header("content-encoding", encoding).body(body).send().await.expect("an answer");
        (answer.status(), answer.json().await.expect("JSON"))
    }

    async fn close(self) {
        drop(self.server);
        self.qun.close().await;
    }
}

fn good(n: usize) -> String {
    format!(r#"{{"id":"m{n}","kind":"message","ts":"2026-03-02T09:00:00Z","user":"ann","text":"hi"}}"#)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("bytes");
    encoder.finish().expect("bytes")
}

#[tokio::test]
async fn sqlite() {
    bad_bodies_are_answered_well(Backend::Sqlite).await;
}

#[tokio::test]
async fn postgres() {
    bad_bodies_are_answered_well(Backend::Postgres).await;
}

async fn bad_bodies_are_answered_well(backend: Backend) {
    let Some(door) = Door::new(backend).await else { return };
    let mut lines = [good(0), "{broken".to_owned(), String::new(), good(1)].join("\n").into_bytes();
    lines.extend(b"\n{\"id\":\"\xff\"}\n");
    lines.extend(vec![b'x'; 10 * MAX_LINE_BYTES]);
    lines.extend(format!("\n{{\"id\":\"s\",\"kind\":\"sneeze\"}}\n{}", good(2)).bytes());
    let (status, told) = door.send(NDJSON, "identity", lines).await;
    let errors: Vec<_> = told["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (&error["line"], &error["code"]))
        .collect();
    let expected = [(2, "NOT_JSON"), (5, "NOT_UTF8"), (6, "LINE_TOO_LONG"), (7, "UNKNOWN_KIND")];
    let expected: Vec<_> = expected.map(|(line, code)| (json!(line), json!(code))).to_vec();
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(errors, expected.iter().map(|(line, code)| (line, code)).collect::<Vec<_>>());
    assert_eq!((&told["accepted"], &told["rejected"]), (&json!(3), &json!(4)), "{told}");

    let (status, told) = door.send(NDJSON, "gzip", gzip(&[good(2), good(3)].join("\n"))).await;
    assert_eq!(
        (status, &told["accepted"], &told["duplicates"]),
        (StatusCode::OK, &json!(1), &json!(1)),
        "{told}"
    );
    let (status, told) = door.send(NDJSON, "identity", Vec::new()).await;
    assert_eq!((status, &told["accepted"]), (StatusCode::OK, &json!(0)), "an empty file: {told}");

    let mut cut = gzip(&(10..200).map(good).collect::<Vec<_>>().join("\n"));
    cut.truncate(cut.len() - 12);
    let (status, _) = door.send(NDJSON, "gzip", cut).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "a truncated gzip");
    let (status, _) = door.send("text/csv", "identity", good(4).into_bytes()).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, _) = door.send(NDJSON, "br", good(4).into_bytes()).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, _) = door.send(NDJSON, "identity", b"<html><body>hello</body></html>".to_vec()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "no NDJSON at all");
    door.close().await;
}
