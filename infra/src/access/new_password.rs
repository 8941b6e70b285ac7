//! A new password, in place of one that was forgotten or is to be changed.

use qun_domain::access::{Account, MailPurpose, Password, SessionEnd};
use qun_domain::fault::Fault;
use serde_json::json;

use super::everywhere::By;
use super::proving::proving;
use super::sessions::{Ending, Which, own};
use super::{Access, Caller, accounts, mailed};
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

proving!(NewPasswordProblem { password: WrongPassword });

impl Access {
    /// Gives the account of a mailbox a new password, for a token that was sent there. All of
    /// its sessions end. It begins none, and leaves the second factor as it is: a mailbox is no
    /// way around it.
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
        let (account, present_hash) = self.prove(&email, present, address).await?;
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
        accounts::set_password(&door, account.id, hash).await?;
        let by = By::Itself(request_id);
        let detail = json!({ "by": if which == Which::All { "MAIL" } else { "PASSWORD" } });
        self.note_everywhere(&door, account.id, by, "access.change_password", detail).await?;
        let why = SessionEnd::PasswordChanged;
        self.end_sessions(door, Ending { account: account.id, which, why, by }).await?;
        Ok(())
    }
}
