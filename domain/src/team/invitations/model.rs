use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::access::{Email, Position, SecretHash};
use crate::codes::coded;
use crate::event::DomainEvent;
use crate::id::{AccountId, InvitationId};
use crate::locale::Locale;
use crate::team::Share;
use crate::time::Timestamp;

coded! {
    /// How far an invitation has come.
    pub enum InvitationState {
        /// It can be accepted.
        Open = "OPEN",
        /// Somebody accepted it.
        Accepted = "ACCEPTED",
        /// It was called back.
        Revoked = "REVOKED",
        /// Nobody accepted it in time.
        Expired = "EXPIRED",
    }
}

/// An invitation into the team: good for one person, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The address that it was sent to; none for a link, which whoever has it may accept.
    pub email: Option<Email>,
    /// What who accepts it is to be.
    pub position: Position,
    /// How much of a working time that takes (M6).
    pub share: Share,
    /// Who invites, and has to be able to when it is accepted; none for the operator.
    pub invited_by: Option<AccountId>,
    /// When.
    pub invited_at: Timestamp,
    /// From when on it cannot be accepted.
    pub expires_at: Timestamp,
    /// By whom and when it was accepted.
    pub accepted: Option<(AccountId, Timestamp)>,
    /// When it was called back.
    pub revoked_at: Option<Timestamp>,
    /// Hash of the secret that opens it; none while its letter waits to be written.
    pub secret_hash: Option<SecretHash>,
}

impl Invitation {
    /// How many of an organization can be open at a time.
    pub const MOST_OPEN: u64 = 500;

    /// Whether a secret of this hash opens it at `now`.
    pub fn opens_to(&self, secret_hash: SecretHash, now: Timestamp) -> bool {
        self.secret_hash == Some(secret_hash) && self.state(now) == InvitationState::Open
    }

    /// How far it has come by `now`.
    pub fn state(&self, now: Timestamp) -> InvitationState {
        if self.accepted.is_some() {
            InvitationState::Accepted
        } else if self.revoked_at.is_some() {
            InvitationState::Revoked
        } else if now >= self.expires_at {
            InvitationState::Expired
        } else {
            InvitationState::Open
        }
    }
}

/// For how long an invitation is good: 1 to 30 days from when it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct GoodFor(u8);

impl GoodFor {
    /// When nothing is said: 7 days.
    pub const DEFAULT: Self = Self(7);
    /// The longest: 30 days.
    pub const LONGEST: Self = Self(30);

    /// When one ends that is sent `now`.
    pub fn end(self, now: Timestamp) -> Timestamp {
        now.plus_millis(i64::from(self.0) * Timestamp::DAY)
    }
}

/// A number of days for which no invitation is good.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("an invitation is good for 1 to 30 days")]
pub struct BadGoodFor;

impl TryFrom<u8> for GoodFor {
    type Error = BadGoodFor;

    fn try_from(days: u8) -> Result<Self, BadGoodFor> {
        if (1..=Self::LONGEST.0).contains(&days) { Ok(Self(days)) } else { Err(BadGoodFor) }
    }
}

impl From<GoodFor> for u8 {
    fn from(days: GoodFor) -> Self {
        days.0
    }
}

/// How an invitation reaches whom it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    /// A letter to an address, in this language where its account wants none.
    Letter {
        /// The address.
        email: Email,
        /// The language.
        locale: Locale,
    },
    /// A link, whose secret whoever invites hands on.
    #[serde(skip)]
    Link {
        /// The invitation's id, which its secret was made with.
        id: InvitationId,
        /// Hash of the secret.
        secret_hash: SecretHash,
    },
}

/// An invitation that was written, with the hash of the secret that opens it where it is a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The invitation.
    pub id: InvitationId,
    /// Hash of the secret; none where a letter takes one along, which nobody else has.
    pub secret_hash: Option<SecretHash>,
}

/// What others may hear of an invitation: how far it has come.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InvitationChanged {
    /// The invitation.
    pub invitation: InvitationId,
    /// How far it has come.
    pub state: InvitationState,
    /// Who accepted it.
    pub accepted_by: Option<AccountId>,
}

impl DomainEvent for InvitationChanged {
    fn name(&self) -> &'static str {
        "team.invitation_changed"
    }

    fn aggregate(&self) -> String {
        format!("invitation:{}", self.invitation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_millis(day * Timestamp::DAY).expect("a time")
    }

    #[test]
    fn an_invitation_is_open_until_it_is_not() {
        let open = Invitation {
            id: InvitationId(uuid::Uuid::from_u128(1)),
            email: None,
            position: Position::owner(crate::scope::Scope::Organization),
            share: Share::FULL,
            invited_by: None,
            invited_at: at(0),
            expires_at: GoodFor::DEFAULT.end(at(0)),
            accepted: None,
            revoked_at: None,
            secret_hash: Some([1; 32]),
        };
        assert_eq!(open.state(at(7).plus_millis(-1)), InvitationState::Open);
        assert_eq!(open.state(at(7)), InvitationState::Expired);
        assert!(open.opens_to([1; 32], at(6)));
        assert!(!open.opens_to([2; 32], at(6)) && !open.opens_to([1; 32], at(7)));
        let revoked = Invitation { revoked_at: Some(at(1)), ..open.clone() };
        assert_eq!(revoked.state(at(8)), InvitationState::Revoked);
        let accepted = Invitation { accepted: Some((AccountId(uuid::Uuid::from_u128(2)), at(1))), ..open };
        assert_eq!(accepted.state(at(8)), InvitationState::Accepted);
    }

    #[test]
    fn days_are_bounded() {
        assert_eq!(GoodFor::try_from(0), Err(BadGoodFor));
        assert_eq!(GoodFor::try_from(31), Err(BadGoodFor));
        assert_eq!(GoodFor::try_from(30), Ok(GoodFor::LONGEST));
    }

    #[test]
    fn a_link_is_never_kept() {
        let id = InvitationId(uuid::Uuid::from_u128(1));
        assert!(serde_json::to_value(Delivery::Link { id, secret_hash: [0; 32] }).is_err());
    }
}
