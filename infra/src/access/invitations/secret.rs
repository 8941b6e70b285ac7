//! The secret of an invitation: it says which one it opens, and is kept as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qun_domain::access::SecretHash;
use qun_domain::id::{InvitationId, OrgId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::Access;
use crate::db::OrgScope;
use crate::ids::Ids;

/// By what it is known, to people and to scanners for leaked secrets.
const PREFIX: &str = "qin_";

/// A secret that nobody has had, and all that is kept of it.
#[derive(Clone)]
pub struct FreshInvitation {
    /// The invitation that it opens.
    pub id: InvitationId,
    /// Hash of the secret.
    pub secret_hash: SecretHash,
    /// What whoever is invited gives in.
    pub secret: String,
}

impl FreshInvitation {
    pub(super) fn of(ids: &Ids, org: OrgId, id: InvitationId) -> Self {
        let secret: [u8; 32] = ids.bytes();
        let bytes = [&org.0.into_bytes()[..], id.0.as_bytes(), &secret].concat();
        Self {
            id,
            secret_hash: Sha256::digest(secret).into(),
            secret: format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)),
        }
    }
}

impl Access {
    /// A secret for an invitation of the organization of `scope`: for a new one, if none is named.
    pub fn fresh_invitation(&self, scope: &OrgScope, id: Option<InvitationId>) -> FreshInvitation {
        FreshInvitation::of(&self.ids, scope.org(), id.unwrap_or_else(|| self.ids.make()))
    }
}

/// What a text says of itself that may be such a secret.
#[derive(Clone, Copy)]
pub(super) struct Presented {
    pub(super) org: OrgId,
    pub(super) id: InvitationId,
    pub(super) secret_hash: SecretHash,
}

pub(super) fn read(secret: &str) -> Option<Presented> {
    let bytes = URL_SAFE_NO_PAD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    let bytes: [u8; 64] = bytes.try_into().ok()?;
    let (org, rest) = bytes.split_first_chunk::<16>()?;
    let (id, secret) = rest.split_first_chunk::<16>()?;
    Some(Presented {
        org: Uuid::from_bytes(*org).into(),
        id: Uuid::from_bytes(*id).into(),
        secret_hash: Sha256::digest(secret).into(),
    })
}

#[cfg(test)]
mod tests {
    use qun_domain::time::Timestamp;

    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_secret_names_what_it_opens() {
        let ids = Ids::seeded(Clock::fixed(Timestamp::from_millis(0).expect("a time")), 7);
        let (org, id) = (OrgId(Uuid::from_u128(1)), InvitationId(Uuid::from_u128(2)));
        let fresh = FreshInvitation::of(&ids, org, id);
        let presented = read(&fresh.secret).expect("a secret");
        assert_eq!((presented.org, presented.id, presented.secret_hash), (org, id, fresh.secret_hash));
    }

    #[test]
    fn other_texts_open_nothing() {
        for text in ["", "qin_", "qin_AAAA", "qak_AAAA", &format!("qin_{}", "A".repeat(87))] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
