//! Secrets that say what they open: the organization and an id in it stand beside 32 random bytes,
//! and what is kept is a hash of these.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qun_domain::access::SecretHash;
use qun_domain::id::OrgId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::ids::Ids;

/// A secret that nobody has had: what is shown once, and all that is kept of it. `prefix` is by what
/// it is known, to people and to scanners for leaked secrets.
pub(super) fn make(ids: &Ids, prefix: &str, org: OrgId, id: Uuid) -> (String, SecretHash) {
    let secret: [u8; 32] = ids.bytes();
    let bytes = [&org.0.into_bytes()[..], id.as_bytes(), &secret].concat();
    (format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)), Sha256::digest(secret).into())
}

/// What a text says of itself that may be such a secret.
#[derive(Clone, Copy)]
pub(super) struct Presented<Id> {
    pub(super) org: OrgId,
    pub(super) id: Id,
    pub(super) secret_hash: SecretHash,
}

/// Reads one; a text of another shape is none.
pub(super) fn read<Id: From<Uuid>>(prefix: &str, text: &str) -> Option<Presented<Id>> {
    let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(prefix)?).ok()?;
    let bytes: [u8; 64] = bytes.try_into().ok()?;
    let (org, rest) = bytes.split_first_chunk::<16>()?;
    let (id, secret) = rest.split_first_chunk::<16>()?;
    Some(Presented {
        org: Uuid::from_bytes(*org).into(),
        id: Uuid::from_bytes(*id).into(),
        secret_hash: Sha256::digest(secret).into(),
    })
}
