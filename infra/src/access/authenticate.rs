use qun_domain::access::Actor;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId, SessionId};
use qun_domain::time::Timestamp;

use super::operator::account_scope;
use super::standing::{Seated, standing_of};
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
    /// The scope that an access token or the key of a machine opens. What the account may is what
    /// it may now, not at the time of log-in. That a session ended takes effect within ten
    /// seconds; so does a change of assignments where no Redis tells of it.
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
        let seated = self.seated(claims.org, claims.sub, claims.sid).await.map_err(AuthProblem::Fault)?;
        let Seated { standing, locale } = seated.ok_or(AuthProblem::NotAMember)?;
        let scope =
            OrgScope::new(claims.org, Actor::Account { id: claims.sub, standing }).with_locale(locale);
        let scope = match claims.sid {
            Some(session) if claims.confined => scope.with_session(session).confined(),
            Some(session) => scope.with_session(session),
            None => scope,
        };
        Ok((scope, claims.ends_at()))
    }

    async fn seated(
        &self,
        org: OrgId,
        account: AccountId,
        session: Option<SessionId>,
    ) -> Result<Option<Seated>, Fault> {
        let (now, key) = (self.clock.now(), (org, account, session));
        let epoch = self.db.powers().epoch();
        if let Some((seated, asked)) = self.standings.get(&key, now)
            && asked == epoch
        {
            return Ok(Some(seated));
        }
        let Some(read) = OrgRead::open(&self.db, &account_scope(org, account, None)) else { return Ok(None) };
        let seated = standing_of(&read, (org, account), session, now).await?;
        if let Some(seated) = &seated {
            self.standings.put(key, (seated.clone(), epoch), now);
        }
        Ok(seated)
    }
}
