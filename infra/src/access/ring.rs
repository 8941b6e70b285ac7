//! The signing keys of the installation, as they are held in memory.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{DecodingKey, EncodingKey};
use qun_domain::fault::Fault;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::hex::hex;

/// A key pair as it is stored.
pub(super) struct StoredKey {
    /// The first 16 hexadecimal digits of SHA-256 of the public key.
    pub(super) kid: String,
    /// PKCS#8, DER.
    pub(super) private: Vec<u8>,
    /// The 32 bytes of the Ed25519 point.
    pub(super) public: Vec<u8>,
}

impl StoredKey {
    /// The key pair that grows from 32 secret random bytes.
    pub(super) fn from_seed(seed: &[u8; 32]) -> Result<Self, Fault> {
        let pair = SigningKey::from_bytes(seed);
        let private =
            pair.to_pkcs8_der().map_err(|error| Fault::from_error("encoding a signing key", error))?;
        let public = pair.verifying_key().to_bytes().to_vec();
        Ok(Self { kid: kid(&public), private: private.as_bytes().to_vec(), public })
    }
}

fn kid(public: &[u8]) -> String {
    hex(&Sha256::digest(public)[..8])
}

/// One key to sign with, and all that tokens may still be signed with.
pub(super) struct Ring {
    kid: String,
    signing: EncodingKey,
    public: Vec<PublicKey>,
}

struct PublicKey {
    kid: String,
    point: [u8; 32],
    verifying: DecodingKey,
}

impl Ring {
    /// A ring that signs with `current` and also accepts `retired`.
    pub(super) fn new(current: &StoredKey, retired: &[StoredKey]) -> Result<Self, Fault> {
        let public = std::iter::once(current).chain(retired).map(PublicKey::new).collect::<Result<_, _>>()?;
        Ok(Self { kid: current.kid.clone(), signing: EncodingKey::from_ed_der(&current.private), public })
    }

    /// The key to sign with and its id.
    pub(super) fn signing(&self) -> (&str, &EncodingKey) {
        (&self.kid, &self.signing)
    }

    /// The key of this id.
    pub(super) fn verifying(&self, kid: &str) -> Option<&DecodingKey> {
        self.public.iter().find(|key| key.kid == kid).map(|key| &key.verifying)
    }

    /// The public keys, for those who verify tokens themselves (RFC 8037).
    pub(super) fn jwks(&self) -> Json {
        let keys: Vec<Json> = self
            .public
            .iter()
            .map(|key| {
                json!({
                    "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                    "kid": key.kid, "x": URL_SAFE_NO_PAD.encode(key.point),
                })
            })
            .collect();
        json!({ "keys": keys })
    }
}

impl PublicKey {
    fn new(stored: &StoredKey) -> Result<Self, Fault> {
        let point = stored.public.as_slice().try_into().map_err(|_| {
            Fault::new(format!("signing_key.public_key of {} has {} bytes", stored.kid, stored.public.len()))
        })?;
        Ok(Self { kid: stored.kid.clone(), point, verifying: DecodingKey::from_ed_der(&point) })
    }
}
