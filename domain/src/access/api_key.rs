use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{Capability, SecretHash};
use crate::id::ApiKeyId;
use crate::tenancy::Name;
use crate::time::Timestamp;

/// What a key may be good for. No key administers an organization: none makes another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyScope {
    /// Read everything of the organization except its audit log. GraphQL takes this scope.
    Read,
    /// Record interactions.
    RecordActivity,
    /// Create and change communities and groups.
    ManageGroups,
    /// Publish a policy version.
    PublishPolicy,
    /// Evaluate tiers, pin a tier, lift a pin.
    EvaluateTiers,
    /// Give, confirm, send back and cancel tasks.
    ManageTasks,
    /// Record what staff did.
    RecordStaffFacts,
}

impl KeyScope {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::RecordActivity,
        Self::ManageGroups,
        Self::PublishPolicy,
        Self::EvaluateTiers,
        Self::ManageTasks,
        Self::RecordStaffFacts,
    ];

    /// The one capability that it gives.
    pub const fn gives(self) -> Capability {
        match self {
            Self::Read => Capability::Read,
            Self::RecordActivity => Capability::RecordActivity,
            Self::ManageGroups => Capability::ManageGroups,
            Self::PublishPolicy => Capability::PublishPolicy,
            Self::EvaluateTiers => Capability::EvaluateTiers,
            Self::ManageTasks => Capability::ManageTasks,
            Self::RecordStaffFacts => Capability::RecordStaffFacts,
        }
    }

    /// The stable code: that of its capability.
    pub const fn code(self) -> &'static str {
        self.gives().code()
    }
}

/// The scopes of a key: at least one, each once, in the order of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyScopes(Vec<KeyScope>);

/// Scopes that a key cannot have.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a key has at least one scope")]
pub struct BadScopes;

impl KeyScopes {
    /// The scopes, in whatever order they come.
    ///
    /// # Errors
    /// When there is none.
    pub fn new(scopes: impl IntoIterator<Item = KeyScope>) -> Result<Self, BadScopes> {
        let mut scopes: Vec<KeyScope> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() { Err(BadScopes) } else { Ok(Self(scopes)) }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = KeyScope> {
        self.0.iter().copied()
    }

    /// Whether one of them gives the capability.
    pub fn give(&self, capability: Capability) -> bool {
        self.iter().any(|scope| scope.gives() == capability)
    }
}

impl fmt::Display for KeyScopes {
    /// Their codes with spaces between, as they are kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(KeyScope::code).collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for KeyScopes {
    type Err = BadScopes;

    /// A scope that is not known any more gives nothing.
    fn from_str(text: &str) -> Result<Self, BadScopes> {
        let scope = |code| KeyScope::ALL.into_iter().find(|scope| scope.code() == code);
        Self::new(text.split(' ').filter_map(scope))
    }
}

/// A key by which a machine comes in. Its secret was shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for, in the words of who made it.
    pub name: Name,
    /// What it is good for.
    pub scopes: KeyScopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// When it was last used, give or take a minute; none when it never was.
    pub last_used_at: Option<Timestamp>,
    /// When it was called back.
    pub revoked_at: Option<Timestamp>,
    /// The key that it takes the place of.
    pub replaces: Option<ApiKeyId>,
}

impl ApiKey {
    /// The longest life of a key, in milliseconds: two years.
    pub const LONGEST: i64 = 2 * 365 * Timestamp::DAY;

    /// The life of a key that does not say, in milliseconds: a year.
    pub const LIFE: i64 = 365 * Timestamp::DAY;

    /// How long a key that is replaced may still be used, at most, in milliseconds: a week.
    pub const LONGEST_OVERLAP: i64 = 7 * Timestamp::DAY;

    /// Whether it opens anything.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether a key that is made now may end then.
    pub fn may_end(expires_at: Timestamp, now: Timestamp) -> bool {
        (1..=Self::LONGEST).contains(&(expires_at.millis() - now.millis()))
    }

    /// The key that takes this one's place, with a life of the same length.
    pub fn successor(&self, id: ApiKeyId, secret_hash: SecretHash, now: Timestamp) -> NewApiKey {
        let life = self.expires_at.millis() - self.created_at.millis();
        NewApiKey {
            id,
            name: self.name.clone(),
            scopes: self.scopes.clone(),
            secret_hash,
            expires_at: now.plus_millis(life),
            replaces: Some(self.id),
        }
    }
}

/// A key that is yet to be.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: Name,
    /// What it is good for.
    pub scopes: KeyScopes,
    /// Hash of its secret.
    pub secret_hash: SecretHash,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// The key that it takes the place of.
    pub replaces: Option<ApiKeyId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_kept_in_one_spelling() {
        let scopes = KeyScopes::new([KeyScope::RecordActivity, KeyScope::Read, KeyScope::Read]);
        let scopes = scopes.expect("two scopes");
        assert_eq!(scopes.to_string(), "READ RECORD_ACTIVITY");
        assert_eq!("READ RECORD_ACTIVITY".parse(), Ok(scopes.clone()));
        assert_eq!("RECORD_ACTIVITY FORMER_SCOPE READ".parse(), Ok(scopes));
        for none in ["", " ", "FORMER_SCOPE"] {
            assert_eq!(none.parse::<KeyScopes>(), Err(BadScopes));
        }
    }

    #[test]
    fn no_scope_gives_power_over_the_organization() {
        let all = KeyScopes::new(KeyScope::ALL).expect("scopes");
        let kept = Capability::ALL.iter().filter(|capability| !all.give(**capability));
        let kept: Vec<_> = kept.map(|capability| capability.code()).collect();
        assert!(kept.contains(&"MANAGE_ORGANIZATION") && kept.contains(&"MANAGE_TEAM"), "{kept:?}");
    }
}
