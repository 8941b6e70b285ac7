//! A token opens its organization, or nothing: whatever is wrong with it, the answer is
//! the same and tells nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::RequestBuilder;
use serde_json::{Value as Json, json};

use super::chat::message;
use super::forged::{Keys, bent, claims, key_of, rotate, unknown_keys, unsigned, with, without};
use crate::harness::{Answer, Served, now, served_on_both};

served_on_both!(
    no_token_opens_nothing,
    a_token_of_ours_is_taken,
    a_forged_token_opens_nothing,
    a_token_for_something_else_opens_nothing,
    two_tokens_or_another_scheme_open_nothing,
    the_token_of_a_key_that_was_just_made_is_taken,
);

const VIEWER: &str = "{ viewer { organization { slug } } }";
const GROUP: &str = "garden";

/// An organization with a group; its owner's token.
async fn founded(served: &Served) -> String {
    let token = served.found("acme").await;
    served.group(&token, GROUP).await;
    token
}

/// A request to either door that would be answered, had it a token.
fn doors(served: &Served) -> [RequestBuilder; 2] {
    let row = message("m1", "ann", now(), "hello");
    [served.process.asking(VIEWER), served.process.sending(&format!("?group={GROUP}"), row)]
}

/// Both doors say that the token is not good, and not a word more.
async fn refused(served: &Served, why: &str, dress: impl Fn(RequestBuilder) -> RequestBuilder) {
    for door in doors(served) {
        let answer = Answer::of(dress(door)).await;
        let message = "The access token is not valid, or not valid any more.";
        let expected =
            json!({ "errors": [{ "message": message, "extensions": { "code": "UNAUTHENTICATED" } }] });
        assert_eq!((answer.status, answer.json()), (401, expected), "{why}");
        let challenge = r#"Bearer realm="qun", error="invalid_token""#;
        assert_eq!(answer.header("www-authenticate"), challenge, "{why}");
        assert_eq!(answer.header("cache-control"), "no-store", "{why}");
    }
    assert_eq!(served.rows().await, 0, "{why}");
}

async fn each_refused(served: &Served, tokens: impl IntoIterator<Item = (String, String)>) {
    for (why, token) in tokens {
        refused(served, &why, |door| door.bearer_auth(&token)).await;
    }
}

async fn no_token_opens_nothing(served: &mut Served) {
    founded(served).await;
    let [graphql, rows] = doors(served);
    let rows = Answer::of(rows).await;
    let message = "An access token is needed: Authorization: Bearer TOKEN.";
    let expected = json!({ "errors": [{ "message": message, "extensions": { "code": "UNAUTHENTICATED" } }] });
    assert_eq!((rows.status, rows.json()), (401, expected));
    assert_eq!(rows.header("www-authenticate"), r#"Bearer realm="qun""#);
    assert_eq!(served.rows().await, 0);

    // Over GraphQL each field is asked: one of them, the log-in, needs no token.
    let answer = Answer::of(graphql).await;
    let body = answer.json();
    assert_eq!((answer.status, &body["data"]), (200, &Json::Null));
    assert_eq!(body["errors"][0]["extensions"], json!({ "code": "UNAUTHENTICATED" }));
    assert_eq!(body["errors"][0]["path"], json!(["viewer"]));
}

/// So that the other tests refuse what they mean to.
async fn a_token_of_ours_is_taken(served: &mut Served) {
    let token = founded(served).await;
    let keys = Keys::of(served).await;
    let claims = claims(&token);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("qun"), &json!("qun-api")));
    let exp = now().millis() / 1_000 + 60;
    for token in [keys.sign(&claims), keys.sign(&with(&claims, "exp", exp))] {
        let [graphql, rows] = doors(served);
        let answer = Answer::of(graphql.bearer_auth(&token)).await;
        assert_eq!(answer.json()["data"], json!({ "viewer": { "organization": { "slug": "acme" } } }));
        let answer = Answer::of(rows.header("authorization", format!("bEARER  {token} "))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(served.rows().await, 1, "the second time its id is taken");
}

async fn a_forged_token_opens_nothing(served: &mut Served) {
    let token = founded(served).await;
    let keys = Keys::of(served).await;
    let claims = claims(&token);
    let point = keys.public.as_slice();
    let spki =
        [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], point].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&spki));

    let bits = [0, 7, 100, 255, 300, 511].map(|bit| (format!("signature, bit {bit}"), bent(&token, 2, bit)));
    each_refused(served, bits).await;
    let bits = [10, 200, 600, 1_000].map(|bit| (format!("claims, bit {bit}"), bent(&token, 1, bit)));
    each_refused(served, bits).await;
    let unsigned = ["none", "None", "NONE", "EdDSA"]
        .map(|algorithm| (format!("unsigned, {algorithm}"), unsigned(&claims, algorithm, &keys.kid)));
    each_refused(served, unsigned).await;
    let stripped = token.rsplit_once('.').expect("a signature").0.to_owned();
    each_refused(
        served,
        [
            ("the public key as the secret of a MAC".to_owned(), keys.confuse(&claims, point)),
            ("the same in SPKI".to_owned(), keys.confuse(&claims, &spki)),
            ("the same in PEM".to_owned(), keys.confuse(&claims, pem.as_bytes())),
            ("an empty secret".to_owned(), keys.confuse(&claims, b"")),
            ("a key that nobody knows".to_owned(), unknown_keys().sign(&claims)),
            (
                "a key that nobody knows, under a name that is known".to_owned(),
                unknown_keys().sign_as(&claims, |header| header.kid = Some(keys.kid.clone())),
            ),
            ("no signature".to_owned(), stripped.clone()),
            ("an empty signature".to_owned(), format!("{stripped}.")),
            ("a part too many".to_owned(), format!("{token}.AA")),
            ("no token at all".to_owned(), "nonsense".to_owned()),
        ],
    )
    .await;
}

async fn a_token_for_something_else_opens_nothing(served: &mut Served) {
    let token = founded(served).await;
    let stranger = claims(&served.found("globex").await);
    let keys = Keys::of(served).await;
    let claims = claims(&token);
    let second = now().millis() / 1_000;
    let signed = |why: &str, claims: Json| (why.to_owned(), keys.sign(&claims));
    each_refused(
        served,
        [
            signed("expired", with(&claims, "exp", second - 1)),
            signed("expires this second", with(&claims, "exp", second)),
            signed("expires beyond all time", with(&claims, "exp", i64::MAX)),
            signed("expires never", without(&claims, "exp")),
            signed("another audience", with(&claims, "aud", "another-api")),
            signed("no audience", without(&claims, "aud")),
            signed("another issuer", with(&claims, "iss", "qun.example")),
            signed("no issuer", without(&claims, "iss")),
            signed("an organization of others", with(&claims, "org", stranger["org"].clone())),
            signed("an account of others", with(&claims, "sub", stranger["sub"].clone())),
            signed("no organization", without(&claims, "org")),
            signed("an organization that is no id", with(&claims, "org", "acme' OR 1=1 --")),
        ],
    )
    .await;
    each_refused(
        served,
        [
            ("another type".to_owned(), keys.sign_as(&claims, |header| header.typ = Some("JWT".to_owned()))),
            ("no type".to_owned(), keys.sign_as(&claims, |header| header.typ = None)),
            ("no key".to_owned(), keys.sign_as(&claims, |header| header.kid = None)),
        ],
    )
    .await;
}

async fn two_tokens_or_another_scheme_open_nothing(served: &mut Served) {
    let token = founded(served).await;
    refused(served, "twice the same", |door| door.bearer_auth(&token).bearer_auth(&token)).await;
    refused(served, "a good one after a bad one", |door| door.bearer_auth("x").bearer_auth(&token)).await;
    refused(served, "Basic", |door| door.basic_auth("owner@acme.example", Some("correct horse"))).await;
    for value in [format!("Basic {token}"), format!("Token {token}"), token.clone(), "Bearer".to_owned()] {
        refused(served, &value, |door| door.header("authorization", &value)).await;
    }
}

async fn the_token_of_a_key_that_was_just_made_is_taken(served: &mut Served) {
    let old = founded(served).await;
    let keys = unknown_keys();
    rotate(served, &keys).await;
    let new = served.token("acme", "owner").await;
    assert_eq!(key_of(&new), keys.kid, "whoever starts now signs with the new key");
    // The server has read its keys before; those of the old one stay good until they expire.
    for token in [new, keys.sign(&claims(&old)), old] {
        assert_eq!(served.process.data(&token, VIEWER).await["viewer"]["organization"]["slug"], "acme");
    }
}
