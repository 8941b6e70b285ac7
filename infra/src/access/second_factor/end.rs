//! A second factor ends, or its recovery codes are made anew.

use qun_domain::access::{Account, Email, SessionEnd};
use qun_domain::command::{Failure, OrRefuse, Outcome};
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use serde_json::json;

use super::{Own, SecondFactorProblem, hold_proven, rows};
use crate::access::everywhere::By;
use crate::access::sessions::{self, Ending, Which};
use crate::access::{Access, Caller, accounts};
use crate::db::{OrgScope, SystemTx};

/// Why the operator ended no second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndSecondFactorRefusal {
    /// No account has this address.
    NoSuchAccount,
    /// The account has none.
    NotActive,
}

impl Access {
    /// Ends the second factor of who acts, for the present password and a code. Its sessions in
    /// organizations that require one end, and so may the present one.
    ///
    /// # Errors
    /// See [`SecondFactorProblem`].
    pub async fn end_second_factor(
        &self,
        scope: &OrgScope,
        password: &str,
        code: &str,
        caller: &Caller,
    ) -> Result<(), SecondFactorProblem> {
        let (own, door) = self.prove_both(scope, password, code, caller).await?;
        let (account, by) = (own.account.id, By::Itself(scope.request_id()));
        rows::end(&door, account).await?;
        self.after_end(&door, account, by).await?;
        let (which, why) = (Which::WhereRequired, SessionEnd::SecondFactorChanged);
        self.end_sessions(door, Ending { account, which, why, by }).await?;
        self.forget_tries(&own.email, caller).await;
        Ok(())
    }

    /// Gives who acts other recovery codes, for the present password and a code. Those from
    /// before are good no more.
    ///
    /// # Errors
    /// See [`SecondFactorProblem`].
    pub async fn renew_recovery_codes(
        &self,
        scope: &OrgScope,
        password: &str,
        code: &str,
        caller: &Caller,
    ) -> Result<Vec<String>, SecondFactorProblem> {
        let (own, door) = self.prove_both(scope, password, code, caller).await?;
        let (account, by) = (own.account.id, By::Itself(scope.request_id()));
        let codes = self.give_recovery_codes(&door, account).await?;
        self.note_everywhere(&door, account, by, "access.renew_recovery_codes", json!({})).await?;
        door.commit().await?;
        self.forget_tries(&own.email, caller).await;
        Ok(codes)
    }

    /// Ends the second factor of an account that can prove it no more, as the operator. All of
    /// its sessions end; how many there were.
    ///
    /// # Errors
    /// See [`EndSecondFactorRefusal`].
    pub async fn end_second_factor_of(
        &self,
        email: &str,
    ) -> Outcome<(Account, usize), EndSecondFactorRefusal> {
        let email: Email = email.parse().ok().or_refuse(EndSecondFactorRefusal::NoSuchAccount)?;
        let door = SystemTx::begin(&self.db).await?;
        let found = accounts::account(&door, &email).await?;
        let (account, _) = found.or_refuse(EndSecondFactorRefusal::NoSuchAccount)?;
        accounts::hold(&door, account.id).await?;
        if !rows::end(&door, account.id).await? {
            return Err(Failure::Refused(EndSecondFactorRefusal::NotActive));
        }
        self.after_end(&door, account.id, By::Operator).await?;
        let (which, why) = (Which::All, SessionEnd::SecondFactorChanged);
        let ending = Ending { account: account.id, which, why, by: By::Operator };
        let ended = self.end_sessions(door, ending).await?;
        Ok((account, ended))
    }

    /// The account that acts, held, with its password proven and the code used up.
    async fn prove_both(
        &self,
        scope: &OrgScope,
        password: &str,
        code: &str,
        caller: &Caller,
    ) -> Result<(Own, SystemTx), SecondFactorProblem> {
        let (own, hash) = self.own_proven(scope, password, caller).await?;
        let checked = self.check_code(own.account.id, &own.email, Some(code)).await?;
        let checked = checked.ok_or(SecondFactorProblem::NotActive)?;
        let door = SystemTx::begin(&self.db).await?;
        hold_proven(&door, own.account.id, &hash).await?;
        self.use_up(&door, own.account.id, checked).await?;
        Ok((own, door))
    }

    /// What follows when an account, which is held, has no second factor any more.
    async fn after_end(&self, door: &SystemTx, account: AccountId, by: By<'_>) -> Result<(), Fault> {
        sessions::without_second_factor(door, account).await?;
        self.note_everywhere(door, account, by, "access.end_second_factor", json!({})).await
    }
}
