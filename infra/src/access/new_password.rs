//! A new password, in place of one that was forgotten or is to be changed.

use qun_domain::access::{Account, Capability, MailPurpose, Password, SessionEnd};
use qun_domain::fault::Fault;
use serde_json::json;

use super::audit::{Note, note};
use super::operator::account_scope;
use super::sessions::{Ending, Which, own};
use super::{Access, Caller, LogInProblem, accounts, mailed};
use crate::db::{OrgScope, SystemTx};

/// Why there is no new password.
#[derive(Debug)]
pub enum NewPasswordProblem {
    /// The token is none, was used, or is over.
    BadToken,
    /// The present password is another one.
    WrongPassword,
    /// Too many tries with a wrong password.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// The new password is too short or too long.
    WeakPassword,
    /// Whoever acts did not log in.
    NoSession,
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for NewPasswordProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Access {
    /// Gives the account of a mailbox a new password, for a token that was sent there. All of
    /// its sessions end.
    ///
    /// # Errors
    /// See [`NewPasswordProblem`].
    pub async fn reset_password(
        &self,
        token: &str,
        new: &str,
        caller: &Caller,
    ) -> Result<(), NewPasswordProblem> {
        use NewPasswordProblem as Problem;
        let (now, purpose) = (self.clock.now(), MailPurpose::ResetPassword);
        mailed::holder(&self.db, purpose, token, now).await?.ok_or(Problem::BadToken)?;
        let hash = self.hash(new).await?;
        let door = SystemTx::begin(&self.db).await?;
        let email = mailed::take(&door, purpose, token, now).await?.ok_or(Problem::BadToken)?;
        let (account, _) = accounts::account(&door, &email).await?.ok_or(Problem::BadToken)?;
        self.change(door, &account, hash, Which::All, caller.request_id.as_deref()).await?;
        self.throttle.forget(&email, None).await;
        Ok(())
    }

    /// Gives the account that acts a new password, for the present one. Its other sessions end.
    ///
    /// # Errors
    /// See [`NewPasswordProblem`].
    pub async fn change_password(
        &self,
        scope: &OrgScope,
        present: &str,
        new: &str,
        caller: &Caller,
    ) -> Result<(), NewPasswordProblem> {
        use NewPasswordProblem as Problem;
        let (_, session) = own(scope).ok_or(Problem::NoSession)?;
        let account = self.account_of(scope).await?.ok_or(Problem::NoSession)?;
        let email = account.email.parse().map_err(|error| Fault::from_error("account.email", error))?;
        let address = caller.client.address.as_deref();
        let proven = self.prove(&email, present, address).await;
        let (account, present_hash) = proven.map_err(|problem| match problem {
            LogInProblem::Throttled { retry_after_seconds } => Problem::Throttled { retry_after_seconds },
            LogInProblem::Fault(fault) => Problem::Fault(fault),
            LogInProblem::BadCredentials | LogInProblem::ChooseOrganization(_) => Problem::WrongPassword,
        })?;
        let hash = self.hash(new).await?;
        let door = SystemTx::begin(&self.db).await?;
        if accounts::hold(&door, account.id).await? != Some(present_hash) {
            return Err(Problem::WrongPassword);
        }
        self.change(door, &account, hash, Which::AllBut(session), scope.request_id()).await?;
        self.throttle.forget(&email, address).await;
        Ok(())
    }

    async fn hash(&self, new: &str) -> Result<String, NewPasswordProblem> {
        let new: Password = new.parse().map_err(|_| NewPasswordProblem::WeakPassword)?;
        Ok(self.passwords.turn().await?.hash(new, self.ids.bytes()).await?)
    }

    /// Each organization of the account reads of it in its audit log.
    async fn change(
        &self,
        door: SystemTx,
        account: &Account,
        hash: String,
        which: Which,
        request_id: Option<&str>,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        accounts::set_password(&door, account.id, hash).await?;
        for (organization, _) in accounts::seats(&door, account.id).await? {
            let scope = account_scope(organization.id, account.id, request_id);
            let by = if which == Which::All { "MAIL" } else { "PASSWORD" };
            let entry = Note {
                verb: "access.change_password",
                capability: Capability::Read,
                target: format!("account:{}", account.id),
                detail: json!({ "by": by }),
            };
            note(&door, &self.ids, now, &scope, entry).await?;
        }
        let why = SessionEnd::PasswordChanged;
        self.end_sessions(door, Ending { account: account.id, which, why, request_id }).await?;
        Ok(())
    }
}
