use std::fmt;
use std::sync::Arc;

use super::{Capability, KeyScopes, Power, Standing};
use crate::id::{AccountId, ApiKeyId, CourseId};
use crate::locale::Locale;
use crate::scope::Scope;

/// A log-in account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The address under which it logs in, in lower case.
    pub email: String,
    /// What others call it.
    pub display_name: String,
    /// The language that it wants; none where that is for its client to say.
    pub locale: Option<Locale>,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A logged-in account with its assignments in the organization of its token.
    Account {
        /// The account.
        id: AccountId,
        /// Its assignments.
        standing: Arc<Standing>,
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
    /// An account with its assignments.
    pub fn account(id: AccountId, standing: Standing) -> Self {
        Self::Account { id, standing: Arc::new(standing) }
    }

    /// What the capability is worth to the actor at a scope.
    pub fn power(&self, capability: Capability, at: Scope) -> Power {
        let of = |may: bool| if may { Power::May } else { Power::None };
        match self {
            Self::Account { standing, .. } => standing.power(capability, at),
            Self::ApiKey { scopes, .. } => of(scopes.give(capability)),
            Self::Operator => Power::May,
            Self::Job => of(capability.is_for_jobs()),
        }
    }

    /// The most that the capability is worth to the actor anywhere.
    pub fn best_power(&self, capability: Capability) -> Power {
        match self {
            Self::Account { standing, .. } => standing.best_power(capability),
            Self::ApiKey { .. } | Self::Operator | Self::Job => self.power(capability, Scope::Organization),
        }
    }

    /// Whether the actor holds the capability for the whole organization.
    pub fn may(&self, capability: Capability) -> bool {
        self.power(capability, Scope::Organization) == Power::May
    }

    /// The course that has to be done before the actor has a capability (K14); none where nothing
    /// withholds it.
    pub fn withheld(&self, capability: Capability) -> Option<CourseId> {
        match self {
            Self::Account { standing, .. } => standing.withheld(capability),
            Self::ApiKey { .. } | Self::Operator | Self::Job => None,
        }
    }

    /// The account that acts.
    pub const fn account_id(&self) -> Option<AccountId> {
        match self {
            Self::Account { id, .. } => Some(*id),
            Self::ApiKey { .. } | Self::Operator | Self::Job => None,
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
