//! Tokens that are none, no more, or not ours.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value as Json, json};

use super::process::{Qun, Server};
use crate::harness::Backend;

async fn ask(server: &Server, authorization: Option<&str>) -> (StatusCode, Json) {
    let query = json!({ "query": "{ viewer { role } }" });
    let mut request = reqwest::Client::new().post(server.at("/graphql")).header("accept", "application/json");
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let answer = request.json(&query).send().await.expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}

fn code(answer: &Json) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none")
}

/// The token with another header or other claims, under its old signature or none.
fn changed(token: &str, header: Option<&str>, claims: Option<(&str, &str)>, keeps_signature: bool) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let [head, body, signature] = parts[..] else { panic!("three parts") };
    let head = header.map_or_else(|| head.to_owned(), base64_url);
    let body = match claims {
        None => body.to_owned(),
        Some((from, to)) => {
            let text = unbase64_url(body);
            assert!(text.contains(from), "{text}");
            base64_url(&text.replace(from, to))
        }
    };
    format!("{head}.{body}.{}", if keeps_signature { signature } else { "" })
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64_url(text: &str) -> String {
    let digits = text.as_bytes().chunks(3).flat_map(|bytes| {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(bytes.get(at).copied().unwrap_or(0)));
        let digit = move |at: usize| char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]);
        (0..=bytes.len()).map(digit)
    });
    digits.collect()
}

fn unbase64_url(text: &str) -> String {
    let mut bytes = Vec::new();
    for digits in text.as_bytes().chunks(4) {
        let value = |digit: &u8| DIGITS.iter().position(|known| known == digit).expect("a digit") as u32;
        let bits = digits.iter().fold(0, |bits, digit| bits << 6 | value(digit)) << (6 * (4 - digits.len()));
        bytes.extend(bits.to_be_bytes()[1..digits.len()].iter());
    }
    String::from_utf8(bytes).expect("a text")
}

#[tokio::test]
async fn only_our_own_tokens_open() {
    let Some(qun) = Qun::new(Backend::Sqlite).await else { return };
    let server = qun.serve().await;
    let token = qun.token();
    let (status, answer) = ask(&server, Some(&format!("Bearer {token}"))).await;
    assert_eq!((status, &answer["data"]["viewer"]["role"]), (StatusCode::OK, &json!("OWNER")), "{answer}");

    let none = changed(&token, Some(r#"{"typ":"JWT","alg":"none"}"#), None, false);
    for (what, bad) in [
        ("no JWT", "Bearer abc".to_owned()),
        ("another scheme", format!("Basic {token}")),
        ("an empty token", "Bearer ".to_owned()),
        ("alg none", format!("Bearer {none}")),
        (
            "alg HS256",
            format!("Bearer {}", changed(&token, Some(r#"{"typ":"JWT","alg":"HS256"}"#), None, true)),
        ),
        (
            "a later expiry",
            format!("Bearer {}", changed(&token, None, Some(("\"exp\":1", "\"exp\":2")), true)),
        ),
        (
            "another issuer",
            format!("Bearer {}", changed(&token, None, Some(("\"iss\":\"qun\"", "\"iss\":\"nuq\"")), true)),
        ),
        ("no signature", format!("Bearer {}", changed(&token, None, None, false))),
    ] {
        let (status, answer) = ask(&server, Some(&bad)).await;
        assert_eq!(
            (status, code(&answer)),
            (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
            "{what}: {answer}"
        );
    }
    let (_, answer) = ask(&server, None).await;
    assert_eq!(code(&answer), "UNAUTHENTICATED", "{answer}");
    drop(server);
    qun.close().await;
}

/// Good in one installation, and for one audience or issuer, is not good in another.
#[tokio::test]
async fn tokens_of_another_installation_do_not_open() {
    let Some(ours) = Qun::new(Backend::Sqlite).await else { return };
    let Some(theirs) = Qun::new(Backend::Sqlite).await else { return };
    let server = ours.serve().await;
    let (status, answer) = ask(&server, Some(&format!("Bearer {}", theirs.token()))).await;
    assert_eq!((status, code(&answer)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"), "{answer}");
    let token = ["--token-issuer", "elsewhere", "token", "--org", "acme", "--email", super::process::OWNER];
    let (status, answer) = ask(&server, Some(&format!("Bearer {}", ours.done(&token)))).await;
    assert_eq!((status, code(&answer)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"), "{answer}");
    drop(server);
    ours.close().await;
    theirs.close().await;
}

#[tokio::test]
async fn a_server_that_listens_is_ready() {
    let Some(qun) = Qun::new(Backend::Sqlite).await else { return };
    let server = qun.serve().await;
    for path in ["/livez", "/readyz", "/metrics", "/.well-known/jwks.json", "/"] {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().expect("a client");
        let answer = client.get(server.at(path)).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
    drop(server);
    qun.close().await;
}
