//! What an account does with its own sessions: list and end them, and go on to another of
//! its organizations.
//!
//! All of it takes a log-in. A token that the operator issued, and whoever has it, acts in one
//! organization and learns of no other; so does who was let in by an identity provider, who may end
//! that session and nothing else.

use qun_domain::access::{Role, SessionEnd};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, SessionId};
use qun_domain::tenancy::{Organization, Slug};

use super::everywhere::By;
use super::log_in::Proof;
use super::sessions::{self, Ending, SessionEntry, Which, logged_in, own};
use super::{Access, Caller, LogInProblem, LoggedIn, accounts};
use crate::db::{OrgScope, SystemTx};

/// Why nothing was done with sessions.
#[derive(Debug)]
pub enum SessionProblem {
    /// Whoever acts did not log in.
    NoSession,
    /// There is no such session or organization of this account.
    NotFound,
    /// The organization requires a second factor, and the account has none.
    SecondFactorMissing,
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for SessionProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Access {
    /// The sessions of who acts that are not over, in all organizations, newest first; at
    /// most 100.
    ///
    /// # Errors
    /// See [`SessionProblem`].
    pub async fn own_sessions(&self, scope: &OrgScope) -> Result<Vec<SessionEntry>, SessionProblem> {
        let (account, _) = own(scope).ok_or(SessionProblem::NoSession)?;
        Ok(sessions::list(&self.db, account, self.clock.now()).await?)
    }

    /// The organizations of who acts, in the order of their slugs, with its roles there.
    ///
    /// # Errors
    /// See [`SessionProblem`].
    pub async fn own_seats(
        &self,
        scope: &OrgScope,
    ) -> Result<Vec<(Organization, Vec<Role>)>, SessionProblem> {
        let (account, _) = own(scope).ok_or(SessionProblem::NoSession)?;
        Ok(accounts::seats_of(&self.db, account).await?)
    }

    /// Ends the session of who acts; `everywhere`, all sessions of the account. How many
    /// there were.
    ///
    /// # Errors
    /// See [`SessionProblem`].
    pub async fn log_out(&self, scope: &OrgScope, everywhere: bool) -> Result<usize, SessionProblem> {
        let found = if everywhere { own(scope) } else { logged_in(scope) };
        let (account, session) = found.ok_or(SessionProblem::NoSession)?;
        let which = if everywhere { Which::All } else { Which::One(session) };
        self.end_own(account, which, SessionEnd::LoggedOut, By::Itself(scope.request_id())).await
    }

    /// Ends one session of who acts.
    ///
    /// # Errors
    /// See [`SessionProblem`].
    pub async fn revoke_session(&self, scope: &OrgScope, id: SessionId) -> Result<(), SessionProblem> {
        let (account, _) = own(scope).ok_or(SessionProblem::NoSession)?;
        let (which, why) = (Which::One(id), SessionEnd::Revoked);
        match self.end_own(account, which, why, By::Itself(scope.request_id())).await? {
            0 => Err(SessionProblem::NotFound),
            _ => Ok(()),
        }
    }

    async fn end_own(
        &self,
        account: AccountId,
        which: Which,
        why: SessionEnd,
        by: By<'_>,
    ) -> Result<usize, SessionProblem> {
        let door = SystemTx::begin(&self.db).await?;
        Ok(self.end_sessions(door, Ending { account, which, why, by }).await?)
    }

    /// Opens a further session of who acts, in another of its organizations. The one in whose
    /// course this is asked goes on.
    ///
    /// # Errors
    /// See [`SessionProblem`].
    pub async fn switch_organization(
        &self,
        scope: &OrgScope,
        to: &Slug,
        caller: &Caller,
    ) -> Result<LoggedIn, SessionProblem> {
        let (_, session) = own(scope).ok_or(SessionProblem::NoSession)?;
        let account = self.account_of(scope).await?.ok_or(SessionProblem::NoSession)?;
        let going = async {
            let organization = self.seat(&account, Some(to)).await?;
            if organization.id == scope.org() {
                return Err(LogInProblem::BadCredentials);
            }
            let proof = Proof::Session(scope.org(), session);
            let factor = self.factor_of_session(account.id).await?;
            self.let_in(account, organization, proof, factor, caller).await
        };
        going.await.map_err(|problem| match problem {
            LogInProblem::Fault(fault) => SessionProblem::Fault(fault),
            LogInProblem::SecondFactorMissing(_) => SessionProblem::SecondFactorMissing,
            LogInProblem::BadCredentials
            | LogInProblem::ChooseOrganization(_)
            | LogInProblem::SecondFactorRequired
            | LogInProblem::BadSecondFactor
            | LogInProblem::BadEnrollmentCode
            | LogInProblem::Throttled { .. } => SessionProblem::NotFound,
        })
    }
}
