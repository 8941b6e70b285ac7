use qun_domain::access::{Actor, Role};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId, SessionId};
use qun_domain::time::Timestamp;

use super::roles::{role_in_session, role_of};
use super::{Access, TokenProblem, api_keys};
use crate::db::{OrgRead, OrgScope};

/// Why a token gives no scope.
#[derive(Debug)]
pub enum AuthProblem {
    /// It was good once.
    Expired,
    /// It is none of ours, or was tampered with.
    Invalid,
    /// Its account does not belong to its organization, or no longer, or its session is over.
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
    /// The scope that an access token or the key of a machine opens. The role is the account's role now, give or
    /// take ten seconds, not the one at the time of log-in; so late does it take effect, too,
    /// that a session ended.
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
        if api_keys::is_key(token) {
            return self.authenticate_key(token).await;
        }
        let claims = self.verify(token).await?;
        let role = self.role(claims.org, claims.sub, claims.sid).await.map_err(AuthProblem::Fault)?;
        let role = role.ok_or(AuthProblem::NotAMember)?;
        let scope = OrgScope::new(claims.org, Actor::Account { id: claims.sub, role });
        let scope = match claims.sid {
            Some(session) => scope.with_session(session),
            None => scope,
        };
        Ok((scope, claims.ends_at()))
    }

    async fn role(
        &self,
        org: OrgId,
        account: AccountId,
        session: Option<SessionId>,
    ) -> Result<Option<Role>, Fault> {
        let (now, key) = (self.clock.now(), (org, account, session));
        if let Some(role) = self.roles.get(&key, now) {
            return Ok(Some(role));
        }
        // Whether the account is a member is what is being asked: the lowest role will do to ask it.
        let asking = OrgScope::new(org, Actor::Account { id: account, role: Role::ReadOnly });
        let Some(read) = OrgRead::open(&self.db, &asking) else { return Ok(None) };
        let role = match session {
            Some(session) => role_in_session(&read, account, session).await?,
            None => role_of(&read, account).await?,
        };
        if let Some(role) = role {
            self.roles.put(key, role, now);
        }
        Ok(role)
    }
}
