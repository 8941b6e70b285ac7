//! The secret of an invitation: it says which one it opens, and is kept as a hash.

use qun_domain::access::SecretHash;
use qun_domain::id::{InvitationId, OrgId};

use crate::access::{Access, named_secret};
use crate::db::OrgScope;
use crate::ids::Ids;

/// By what it is known, to people and to scanners for leaked secrets.
const PREFIX: &str = "qin_";

/// What a text says of itself that may be such a secret.
pub(super) type Presented = named_secret::Presented<InvitationId>;

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
        let (secret, secret_hash) = named_secret::make(ids, PREFIX, org, id.0);
        Self { id, secret_hash, secret }
    }
}

impl Access {
    /// A secret for an invitation of the organization of `scope`: for a new one, if none is named.
    pub fn fresh_invitation(&self, scope: &OrgScope, id: Option<InvitationId>) -> FreshInvitation {
        FreshInvitation::of(&self.ids, scope.org(), id.unwrap_or_else(|| self.ids.make()))
    }
}

pub(super) fn read(secret: &str) -> Option<Presented> {
    named_secret::read(PREFIX, secret)
}

#[cfg(test)]
mod tests {
    use qun_domain::time::Timestamp;
    use uuid::Uuid;

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
