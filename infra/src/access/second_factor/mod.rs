//! A second factor beside the password: shown, confirmed, asked for, ended.

mod end;
mod enroll;
mod port;
mod proof;
mod rows;

use qun_domain::access::{Account, Email, SecondFactor};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, SessionId};
use qun_domain::time::Timestamp;

pub use end::EndSecondFactorRefusal;
pub(super) use enroll::Activated;
pub use enroll::Enrollment;
pub(super) use proof::{Checked, Factor, FactorProblem};

use super::proving::proving;
use super::sessions::own;
use super::{Access, Caller, accounts};
use crate::db::{OrgScope, SystemTx};

/// Why nothing was done with a second factor.
#[derive(Debug)]
pub enum SecondFactorProblem {
    /// Whoever acts did not log in.
    NoSession,
    /// The present password is another one.
    WrongPassword,
    /// Too many tries with a wrong password or code.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// The account has one.
    Active,
    /// The account has none.
    NotActive,
    /// No secret waits for its confirmation.
    NotBegun,
    /// The code is wrong, or was used.
    BadCode,
    /// Something beneath broke.
    Fault(Fault),
}

proving!(SecondFactorProblem { password: WrongPassword, no_code: BadCode, code: BadCode });

/// What an account is told of its second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondFactorState {
    /// Since when it is asked for.
    pub active_since: Timestamp,
    /// How many recovery codes are left.
    pub recovery_codes_left: usize,
}

/// An account that acts by a log-in of its own.
struct Own {
    account: Account,
    email: Email,
    session: SessionId,
}

impl Access {
    /// The second factor of who acts; `None` when it has none.
    ///
    /// # Errors
    /// See [`SecondFactorProblem`].
    pub async fn second_factor(
        &self,
        scope: &OrgScope,
    ) -> Result<Option<SecondFactorState>, SecondFactorProblem> {
        let (account, _) = own(scope).ok_or(SecondFactorProblem::NoSession)?;
        let active = self.factor_of(account).await?.and_then(|factor| factor.active);
        Ok(active.map(|active| SecondFactorState {
            active_since: active.since,
            recovery_codes_left: active.recovery_codes.len(),
        }))
    }

    /// What an account keeps, in a look of its own.
    async fn factor_of(&self, account: AccountId) -> Result<Option<SecondFactor>, Fault> {
        let door = SystemTx::begin(&self.db).await?;
        let factor = rows::of(&door, account).await?;
        door.commit().await?;
        Ok(factor)
    }

    async fn own_account(&self, scope: &OrgScope) -> Result<Own, SecondFactorProblem> {
        let (_, session) = own(scope).ok_or(SecondFactorProblem::NoSession)?;
        let account = self.account_of(scope).await?.ok_or(SecondFactorProblem::NoSession)?;
        let email = account.email.parse().map_err(|error| Fault::from_error("account.email", error))?;
        Ok(Own { account, email, session })
    }

    /// Who acts, having proven the present password; the hash of that.
    async fn own_proven(
        &self,
        scope: &OrgScope,
        password: &str,
        caller: &Caller,
    ) -> Result<(Own, String), SecondFactorProblem> {
        let own = self.own_account(scope).await?;
        let (_, hash) = self.prove(&own.email, password, caller.client.address.as_deref()).await?;
        Ok((own, hash))
    }
}

/// Holds an account whose password was proven; the password may have been changed meanwhile.
async fn hold_proven(door: &SystemTx, account: AccountId, hash: &str) -> Result<(), SecondFactorProblem> {
    let present = accounts::hold(door, account).await?;
    if present.as_deref() == Some(hash) { Ok(()) } else { Err(SecondFactorProblem::WrongPassword) }
}
