//! An identity provider (OpenID Connect) in the test's own process, that can lie.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use reqwest::Url;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256, Sha512};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::now;

/// As what organizations are known to it.
pub(crate) const CLIENT: &str = "qun";
/// By what they prove that.
pub(crate) const SECRET: &str = "a secret of the client";

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// With the key that is published.
    Well,
    /// With a key of somebody else, under the name of the one that is published.
    ByAnother,
    /// Not at all (`none`).
    Not,
    /// With the public key as a secret (`HS256`).
    WithPublicKey,
    /// With the secret of the client (`HS256`).
    WithClientSecret,
}

/// What somebody is given a code for.
struct Grant {
    nonce: String,
    challenge: String,
    redirect_uri: String,
    /// What stands in the token, in the place of the truth or beside it.
    claims: Json,
    signed: Signed,
}

struct Inner {
    issuer: String,
    key: SigningKey,
    kid: String,
    grants: HashMap<String, Grant>,
    count: usize,
    /// How often its keys were read.
    read: usize,
    /// What it says of its addresses, in the place of the truth.
    metadata: Json,
    /// What it says of people who are asked for by their access token.
    userinfo: Json,
}

/// A provider that listens on loopback.
#[derive(Clone)]
pub(crate) struct Provider(Arc<Mutex<Inner>>);

impl Provider {
    /// Starts one. It ends with the test.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner {
            issuer,
            key: SigningKey::from_bytes(&[1; 32]),
            kid: "first".to_owned(),
            grants: HashMap::new(),
            count: 0,
            read: 0,
            metadata: json!({}),
            userinfo: Json::Null,
        };
        let provider = Self(Arc::new(Mutex::new(inner)));
        let serving = provider.clone();
        drop(qun_infra::supervise::spawn("a provider", async move {
            while let Ok((connection, _)) = listener.accept().await {
                serving.serve(connection).await;
            }
        }));
        provider
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().expect("a provider"))
    }

    pub(crate) fn issuer(&self) -> String {
        self.with(|inner| inner.issuer.clone())
    }

    /// Has another key from now on.
    pub(crate) fn rotate(&self) {
        self.with(|inner| {
            inner.key = SigningKey::from_bytes(&[2; 32]);
            "second".clone_into(&mut inner.kid);
        });
    }

    /// How often its keys were read.
    pub(crate) fn read(&self) -> usize {
        self.with(|inner| inner.read)
    }

    /// Says something else of itself.
    pub(crate) fn describe(&self, metadata: Json) {
        self.with(|inner| inner.metadata = metadata);
    }

    /// Says something of people who are asked for by their access token.
    pub(crate) fn tell(&self, userinfo: Json) {
        self.with(|inner| inner.userinfo = userinfo);
    }

    /// What the pages of a provider do: whoever was led here logs in, and is sent back with a state
    /// and a code.
    pub(crate) fn visited(&self, url: &str, claims: Json, signed: Signed) -> (String, String) {
        let url: Url = url.parse().expect("an address");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(
            (asked["code_challenge_method"].as_str(), asked["scope"].as_str()),
            ("S256", "openid email profile")
        );
        let grant = Grant {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
            claims,
            signed,
        };
        let code = self.with(|inner| {
            inner.count += 1;
            let code = format!("code {}", inner.count);
            inner.grants.insert(code.clone(), grant);
            code
        });
        (asked["state"].clone(), code)
    }

    async fn serve(&self, mut connection: TcpStream) {
        let Some(request) = request(&mut connection).await else { return };
        let (status, body) = self.with(|inner| inner.answer(&request));
        let body = body.to_string();
        let answer = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(answer.as_bytes()).await.ok();
    }
}

/// A request, whole.
struct Request {
    path: String,
    authorization: String,
    body: String,
}

async fn request(connection: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let read = connection.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let header = |name: &str| {
            let is_it = |line: &&str| line.to_lowercase().starts_with(&format!("{name}: "));
            let line = head.lines().find(is_it).unwrap_or_default();
            line.split_once(": ").map(|(_, value)| value.to_owned()).unwrap_or_default()
        };
        if body.len() >= header("content-length").parse().unwrap_or(0) {
            let path = head.split(' ').nth(1)?.to_owned();
            return Some(Request { path, authorization: header("authorization"), body: body.to_owned() });
        }
    }
}

impl Inner {
    fn answer(&mut self, request: &Request) -> (u16, Json) {
        match request.path.as_str() {
            "/.well-known/openid-configuration" => (200, self.description()),
            "/jwks" => {
                self.read += 1;
                let x = URL_SAFE_NO_PAD.encode(self.key.verifying_key().as_bytes());
                let key = json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": x });
                (200, json!({ "keys": [key] }))
            }
            "/token" => self.exchange(request).unwrap_or((400, json!({ "error": "invalid_grant" }))),
            "/userinfo" if request.authorization == "Bearer access" => (200, self.userinfo.clone()),
            _ => (404, json!({})),
        }
    }

    fn description(&self) -> Json {
        let issuer = &self.issuer;
        let mut description = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        patch(&mut description, &self.metadata);
        description
    }

    fn exchange(&mut self, request: &Request) -> Option<(u16, Json)> {
        let basic = request.authorization.strip_prefix("Basic ")?;
        let client = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
        if client != format!("{CLIENT}:{}", SECRET.replace(' ', "+")) {
            return Some((401, json!({ "error": "invalid_client" })));
        }
        let asked: Url = format!("http://x/?{}", request.body).parse().ok()?;
        let asked: HashMap<String, String> = asked.query_pairs().into_owned().collect();
        let grant = self.grants.remove(&asked["code"])?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&asked["code_verifier"]));
        if challenge != grant.challenge || asked["redirect_uri"] != grant.redirect_uri {
            return None;
        }
        let token = self.token(&grant);
        Some((200, json!({ "access_token": "access", "token_type": "Bearer", "id_token": token })))
    }

    fn token(&self, grant: &Grant) -> String {
        let now = now().millis() / 1_000;
        let at_hash = URL_SAFE_NO_PAD.encode(&Sha512::digest("access")[..32]);
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "248289761001", "nonce": grant.nonce,
            "iat": now, "exp": now + 600, "at_hash": at_hash,
        });
        patch(&mut claims, &grant.claims);
        let algorithm = match grant.signed {
            Signed::Well | Signed::ByAnother => "EdDSA",
            Signed::Not => "none",
            Signed::WithPublicKey | Signed::WithClientSecret => "HS256",
        };
        let header = json!({ "alg": algorithm, "typ": "JWT", "kid": self.kid });
        let encoded = |part: &Json| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encoded(&header), encoded(&claims));
        let signature = match grant.signed {
            Signed::Well => self.key.sign(signed.as_bytes()).to_vec(),
            Signed::ByAnother => SigningKey::from_bytes(&[9; 32]).sign(signed.as_bytes()).to_vec(),
            Signed::Not => Vec::new(),
            Signed::WithPublicKey => hmac(self.key.verifying_key().as_bytes(), &signed),
            Signed::WithClientSecret => hmac(SECRET.as_bytes(), &signed),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let key = jsonwebtoken::EncodingKey::from_secret(key);
    let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &key, jsonwebtoken::Algorithm::HS256);
    URL_SAFE_NO_PAD.decode(signature.expect("a signature")).expect("base64")
}

/// Puts what `patch` says into the place of what was said; null takes it away.
fn patch(said: &mut Json, patch: &Json) {
    let (Some(said), Some(patch)) = (said.as_object_mut(), patch.as_object()) else { return };
    for (name, value) in patch {
        if value.is_null() {
            said.remove(name);
        } else {
            said.insert(name.clone(), value.clone());
        }
    }
}
