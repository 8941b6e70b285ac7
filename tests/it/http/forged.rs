//! Tokens as a forger makes them, and as somebody would who has the private key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, decode_header, encode};
use serde_json::{Value as Json, json};

use crate::harness::{Served, now};

/// The one key pair of an installation.
pub(super) struct Keys {
    pub(super) kid: String,
    private: Vec<u8>,
    pub(super) public: Vec<u8>,
}

impl Keys {
    /// Those out of the database.
    pub(super) async fn of(served: &Served) -> Self {
        let sql = "SELECT kid, private_key, public_key FROM signing_key ORDER BY created_at, kid";
        let rows = served.raw().await.rows(sql, vec![]).await;
        let bytes = |index| -> Vec<u8> { rows[0].try_get_by_index(index).expect("bytes") };
        Self { kid: rows[0].try_get_by_index(0).expect("a key id"), private: bytes(1), public: bytes(2) }
    }

    /// Claims signed as the server signs them.
    pub(super) fn sign(&self, claims: &Json) -> String {
        self.sign_as(claims, |_| ())
    }

    /// Claims signed with the right key, under another header.
    pub(super) fn sign_as(&self, claims: &Json, change: impl FnOnce(&mut Header)) -> String {
        let mut header = header(Algorithm::EdDSA, &self.kid);
        change(&mut header);
        encode(&header, claims, &EncodingKey::from_ed_der(&self.private)).expect("a token")
    }

    /// Claims under a MAC whose secret is anything that is public of the key.
    pub(super) fn confuse(&self, claims: &Json, secret: &[u8]) -> String {
        encode(&header(Algorithm::HS256, &self.kid), claims, &EncodingKey::from_secret(secret))
            .expect("a token")
    }
}

fn header(algorithm: Algorithm, kid: &str) -> Header {
    let mut header = Header::new(algorithm);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(kid.to_owned());
    header
}

/// A key pair that no installation knows. Its private half is PKCS#8 around a seed of ones.
pub(super) fn unknown_keys() -> Keys {
    let mut private =
        vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    private.extend([1; 32]);
    // The point of this seed.
    let public = URL_SAFE_NO_PAD.decode("iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w").expect("base64");
    Keys { kid: "00000000000000aa".to_owned(), private, public }
}

/// Retires the key that there is and adds another, as a server does that rotates them.
pub(super) async fn rotate(served: &Served, keys: &Keys) {
    let (raw, now) = (served.raw().await, now().millis());
    raw.run("UPDATE signing_key SET retired_at = $1", vec![now.into()]).await.expect("a retired key");
    let sql = "INSERT INTO signing_key (kid, private_key, public_key, created_at) VALUES ($1, $2, $3, $4)";
    let Keys { kid, private, public } = keys;
    let values = vec![kid.clone().into(), private.clone().into(), public.clone().into(), now.into()];
    raw.run(sql, values).await.expect("a new key");
}

/// The name of the key that a token is signed with.
pub(super) fn key_of(token: &str) -> String {
    decode_header(token).expect("a header").kid.expect("a key")
}

/// What a token says.
pub(super) fn claims(token: &str) -> Json {
    let payload = token.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64")).expect("claims")
}

/// The claims with one of them changed.
pub(super) fn with(claims: &Json, name: &str, value: impl Into<Json>) -> Json {
    let mut claims = claims.clone();
    claims[name] = value.into();
    claims
}

/// The claims without one of them.
pub(super) fn without(claims: &Json, name: &str) -> Json {
    let mut claims = claims.clone();
    claims.as_object_mut().expect("an object").remove(name).expect("a claim");
    claims
}

/// Claims that nobody signed.
pub(super) fn unsigned(claims: &Json, algorithm: &str, kid: &str) -> String {
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}.", part(&json!({ "alg": algorithm, "typ": "at+jwt", "kid": kid })), part(claims))
}

/// A token with one bit of a part turned: 0 is the header, 1 the claims, 2 the signature.
pub(super) fn bent(token: &str, part: usize, bit: usize) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut bytes = URL_SAFE_NO_PAD.decode(&parts[part]).expect("base64");
    let at = bit % (8 * bytes.len());
    bytes[at / 8] ^= 1 << (at % 8);
    parts[part] = URL_SAFE_NO_PAD.encode(bytes);
    parts.join(".")
}
