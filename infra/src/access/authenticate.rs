use qun_domain::access::{Actor, Role};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId};
use qun_domain::time::Timestamp;

use super::roles::role_of;
use super::{Access, TokenProblem};
use crate::db::{OrgRead, OrgScope};

/// Why a token gives no scope.
#[derive(Debug)]
pub enum AuthProblem {
    /// It was good once.
    Expired,
    /// It is none of ours, or was tampered with.
    Invalid,
    /// Its account does not belong to its organization, or no longer.
    NotAMember,
    /// Something beneath broke.
    Fault(Fault),
}

impl From<TokenProblem> for AuthProblem {
    fn from(problem: TokenProblem) -> Self {
        match problem {
            TokenProblem::Expired => Self::Expired,
            TokenProblem::Invalid => Self::Invalid,
            TokenProblem::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Access {
    /// The scope that an access token opens. The role is the account's role now, give or
    /// take ten seconds, not the one at the time of log-in.
    ///
    /// # Errors
    /// See [`AuthProblem`].
    pub async fn authenticate(&self, token: &str) -> Result<OrgScope, AuthProblem> {
        self.authenticate_until(token).await.map(|(scope, _)| scope)
    }

    /// As [`Access::authenticate`], with the instant from which on the token opens nothing.
    ///
    /// # Errors
    /// See [`AuthProblem`].
    pub async fn authenticate_until(&self, token: &str) -> Result<(OrgScope, Timestamp), AuthProblem> {
        let claims = self.verify(token).await?;
        let role = self.role(claims.org, claims.sub).await.map_err(AuthProblem::Fault)?;
        let role = role.ok_or(AuthProblem::NotAMember)?;
        Ok((OrgScope::new(claims.org, Actor::Account { id: claims.sub, role }), claims.ends_at()))
    }

    async fn role(&self, org: OrgId, account: AccountId) -> Result<Option<Role>, Fault> {
        let now = self.clock.now();
        if let Some(role) = self.roles.get(org, account, now) {
            return Ok(Some(role));
        }
        // Whether the account is a member is what is being asked: the lowest role will do to ask it.
        let asking = OrgScope::new(org, Actor::Account { id: account, role: Role::ReadOnly });
        let Some(read) = OrgRead::open(&self.db, &asking) else { return Ok(None) };
        let role = role_of(&read, account).await?;
        if let Some(role) = role {
            self.roles.put(org, account, role, now);
        }
        Ok(role)
    }
}
