//! Forged tokens, against keys held in memory.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use qun_domain::id::{AccountId, OrgId};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::at_start;
use crate::access::ring::{Ring, StoredKey};
use crate::access::token::{Claims, Unreadable, read, sign};

const SEED: [u8; 32] = [7; 32];

fn stored(seed: [u8; 32]) -> StoredKey {
    StoredKey::from_seed(&seed).expect("a key")
}

fn ring() -> Ring {
    Ring::new(&stored(SEED), &[]).expect("a ring")
}

fn claims() -> Claims {
    let now = at_start().millis() / 1_000;
    Claims {
        iss: "qun".to_owned(),
        aud: "qun-api".to_owned(),
        sub: AccountId(Uuid::from_u128(1)),
        org: OrgId(Uuid::from_u128(2)),
        sid: None,
        confined: false,
        iat: now,
        exp: now + 900,
        jti: Uuid::from_u128(3),
    }
}

fn open(token: &str) -> Result<Claims, Unreadable> {
    read(&ring(), "qun", token, at_start())
}

/// A token with this header and these claims, well signed by our key.
fn signed(header: &Json, claims: &Json) -> String {
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let key = EncodingKey::from_ed_der(&stored(SEED).private);
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA).expect("a signature");
    format!("{message}.{signature}")
}

fn header() -> Json {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": stored(SEED).kid })
}

fn with(mut json: Json, key: &str, value: Json) -> Json {
    json[key] = value;
    json
}

fn without(mut json: Json, key: &str) -> Json {
    json.as_object_mut().expect("an object").remove(key);
    json
}

fn body() -> Json {
    serde_json::to_value(claims()).expect("JSON")
}

#[test]
fn our_own_token_is_read() {
    let token = sign(&ring(), &claims()).expect("a token");
    assert_eq!(open(&token), Ok(claims()));
    assert_eq!(open(&signed(&header(), &body())), Ok(claims()));
}

#[test]
fn a_token_ends_at_its_second_by_the_clock_given() {
    let token = sign(&ring(), &claims()).expect("a token");
    let end = at_start().plus_millis(900_000);
    assert!(read(&ring(), "qun", &token, end.plus_millis(-1)).is_ok());
    assert_eq!(read(&ring(), "qun", &token, end), Err(Unreadable::Expired));
    let forever = with(body(), "exp", json!(i64::MAX));
    assert_eq!(open(&signed(&header(), &forever)), Err(Unreadable::Expired), "a number beyond all dates");
}

#[test]
fn no_other_algorithm_will_do() {
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    for none in ["none", "None", "NONE", ""] {
        let head = with(header(), "alg", json!(none));
        assert_eq!(open(&format!("{}.{}.", part(&head), part(&body()))), Err(Unreadable::Invalid), "{none}");
    }

    let public = stored(SEED).public;
    for secret in [public.clone(), URL_SAFE_NO_PAD.encode(&public).into_bytes()] {
        let mut head = Header::new(Algorithm::HS256);
        head.typ = Some("at+jwt".to_owned());
        head.kid = Some(stored(SEED).kid);
        let token = encode(&head, &claims(), &EncodingKey::from_secret(&secret)).expect("a token");
        assert_eq!(open(&token), Err(Unreadable::Invalid));
    }
}

#[test]
fn the_header_names_our_type_and_our_key() {
    for head in [
        without(header(), "typ"),
        with(header(), "typ", json!("JWT")),
        with(header(), "alg", json!("ES256")),
        with(header(), "crit", json!(["b64"])),
        without(header(), "kid"),
    ] {
        assert_eq!(open(&signed(&head, &body())), Err(Unreadable::Invalid), "{head}");
    }
    let unknown = with(header(), "kid", json!("0123456789abcdef"));
    assert_eq!(open(&signed(&unknown, &body())), Err(Unreadable::UnknownKey));
}

#[test]
fn a_foreign_key_signs_nothing() {
    let foreign = Ring::new(&stored([8; 32]), &[]).expect("a ring");
    let token = sign(&foreign, &claims()).expect("a token");
    assert_eq!(open(&token), Err(Unreadable::UnknownKey));

    let mut head = Header::new(Algorithm::EdDSA);
    head.typ = Some("at+jwt".to_owned());
    head.kid = Some(stored(SEED).kid);
    let key = EncodingKey::from_ed_der(&stored([8; 32]).private);
    let token = encode(&head, &claims(), &key).expect("a token");
    assert_eq!(open(&token), Err(Unreadable::Invalid), "under our key's id");
}

#[test]
fn issuer_and_audience_are_ours_alone() {
    for claims in [
        with(body(), "iss", json!("other")),
        with(body(), "iss", json!(["qun", "other"])),
        with(body(), "aud", json!("qun-web")),
        with(body(), "aud", json!(["qun-api", "qun-web"])),
        with(body(), "aud", json!("")),
    ] {
        assert_eq!(open(&signed(&header(), &claims)), Err(Unreadable::Invalid), "{claims}");
    }
}

#[test]
fn every_claim_is_required_and_of_its_kind() {
    for name in ["iss", "aud", "sub", "org", "iat", "exp", "jti"] {
        let claims = without(body(), name);
        assert_eq!(open(&signed(&header(), &claims)), Err(Unreadable::Invalid), "without {name}");
        let claims = with(body(), name, Json::Null);
        assert_eq!(open(&signed(&header(), &claims)), Err(Unreadable::Invalid), "null {name}");
    }
    for (name, value) in
        [("org", json!("demo")), ("sid", json!(7)), ("sub", json!("ann")), ("exp", json!("9999999999"))]
    {
        let claims = with(body(), name, value);
        assert_eq!(open(&signed(&header(), &claims)), Err(Unreadable::Invalid), "{claims}");
    }
}

#[test]
fn no_bit_of_a_token_may_change() {
    let token = sign(&ring(), &claims()).expect("a token");
    let parts: Vec<&str> = token.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(with(body(), "org", json!(Uuid::from_u128(9))).to_string());
    assert_eq!(open(&format!("{}.{other}.{}", parts[0], parts[2])), Err(Unreadable::Invalid));
    for (place, letter) in token.char_indices() {
        let changed = if letter == 'A' { "B" } else { "A" };
        let mut forged = token.clone();
        forged.replace_range(place..=place, changed);
        assert!(open(&forged).is_err(), "at {place}: {forged}");
    }
    for broken in
        ["", ".", "..", "a.b", "a.b.c.d", &token[1..], &token[..token.len() - 2], &format!("{token}.x")]
    {
        assert!(open(broken).is_err(), "{broken}");
    }
}
