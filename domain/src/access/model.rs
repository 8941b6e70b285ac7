use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::KeyScopes;
use crate::id::{AccountId, ApiKeyId};

/// A log-in account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The address under which it logs in, in lower case.
    pub email: String,
    /// What others call it.
    pub display_name: String,
}

/// What a use case may ask of its actor. Use cases are guarded by capabilities,
/// never by role names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Read everything of the organization except its audit log.
    Read,
    /// Create and change communities and groups.
    ManageGroups,
    /// Record interactions.
    RecordActivity,
    /// Publish a policy version.
    PublishPolicy,
    /// Evaluate tiers, pin a tier, lift a pin.
    EvaluateTiers,
    /// Forget what the retention policy no longer keeps.
    EnforceRetention,
    /// Administer the organization itself.
    ManageOrganization,
}

impl Capability {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::ManageGroups,
        Self::RecordActivity,
        Self::PublishPolicy,
        Self::EvaluateTiers,
        Self::EnforceRetention,
        Self::ManageOrganization,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "READ",
            Self::ManageGroups => "MANAGE_GROUPS",
            Self::RecordActivity => "RECORD_ACTIVITY",
            Self::PublishPolicy => "PUBLISH_POLICY",
            Self::EvaluateTiers => "EVALUATE_TIERS",
            Self::EnforceRetention => "ENFORCE_RETENTION",
            Self::ManageOrganization => "MANAGE_ORGANIZATION",
        }
    }
}

/// The fixed roles of an account in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// May do everything.
    Owner,
    /// May do everything but administer the organization itself.
    Admin,
    /// May read.
    ReadOnly,
}

impl Role {
    /// All of them, highest first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::ReadOnly];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Admin => "ADMIN",
            Self::ReadOnly => "READ_ONLY",
        }
    }

    /// The table role → capabilities.
    pub const fn may(self, capability: Capability) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => !matches!(capability, Capability::ManageOrganization),
            Self::ReadOnly => matches!(capability, Capability::Read),
        }
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(code: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.code() == code).ok_or(UnknownRole)
    }
}

/// A text that is no role code.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a role")]
pub struct UnknownRole;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A logged-in account with its role in the organization of its token.
    Account {
        /// The account.
        id: AccountId,
        /// Its role.
        role: Role,
    },
    /// A machine, by its key: never with the rank of a person.
    ApiKey {
        /// The key.
        id: ApiKeyId,
        /// What it is good for.
        scopes: KeyScopes,
    },
    /// The operator of the installation, at the command line.
    Operator,
    /// A scheduled job.
    Job,
}

impl Actor {
    /// Whether the actor holds the capability.
    pub fn may(&self, capability: Capability) -> bool {
        match self {
            Self::Account { role, .. } => role.may(capability),
            Self::ApiKey { scopes, .. } => scopes.give(capability),
            Self::Operator => true,
            Self::Job => {
                matches!(
                    capability,
                    Capability::EvaluateTiers | Capability::EnforceRetention | Capability::Read
                )
            }
        }
    }
}

impl fmt::Display for Actor {
    /// As it stands in the audit log: `account:…`, `api-key:…`, `operator`, `job`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account { id, .. } => write!(f, "account:{id}"),
            Self::ApiKey { id, .. } => write!(f, "api-key:{id}"),
            Self::Operator => f.write_str("operator"),
            Self::Job => f.write_str("job"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_table() {
        let table: Vec<String> = Capability::ALL
            .iter()
            .map(|capability| {
                let row: String =
                    Role::ALL.iter().map(|role| if role.may(*capability) { '+' } else { '-' }).collect();
                format!("{row} {}", capability.code())
            })
            .collect();
        assert_eq!(
            table,
            [
                "+++ READ",
                "++- MANAGE_GROUPS",
                "++- RECORD_ACTIVITY",
                "++- PUBLISH_POLICY",
                "++- EVALUATE_TIERS",
                "++- ENFORCE_RETENTION",
                "+-- MANAGE_ORGANIZATION",
            ]
        );
    }
}
