//! A code is proof of a second factor, once.

use qun_domain::access::{Email, FactorProof, GoodCode};
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use qun_domain::time::Timestamp;
use tracing::warn;

use super::rows;
use crate::access::{Access, Caller};
use crate::db::SystemTx;

/// A second factor that was proven, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) struct Factor {
    /// Since when the account has it: another one, or none, is not what was proven.
    pub(in crate::access) since: Timestamp,
    pub(in crate::access) by: FactorProof,
}

/// A code that is good, and not yet used up.
#[derive(Clone, Copy, Debug)]
pub(in crate::access) struct Checked {
    since: Timestamp,
    code: GoodCode,
}

/// Why a second factor was not proven.
#[derive(Debug)]
pub(in crate::access) enum FactorProblem {
    /// There is one, and no code.
    Required,
    /// The code is wrong, or was used.
    Bad,
    /// Too many codes were wrong.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for FactorProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Access {
    /// Checks a code of an account whose password was right; `None` when the account has no
    /// second factor. The code is still to be used up.
    pub(in crate::access) async fn check_code(
        &self,
        account: AccountId,
        email: &Email,
        code: Option<&str>,
    ) -> Result<Option<Checked>, FactorProblem> {
        let Some(factor) = self.factor_of(account).await? else { return Ok(None) };
        let Some(since) = factor.active.as_ref().map(|active| active.since) else { return Ok(None) };
        let code = code.ok_or(FactorProblem::Required)?;
        self.admit_code(email).await?;
        let good = code.parse().ok().and_then(|given| factor.judge(&given, self.clock.now()));
        let Some(code) = good else {
            warn!(account.id = %account, "a wrong code of a second factor, after the right password");
            return Err(FactorProblem::Bad);
        };
        Ok(Some(Checked { since, code }))
    }

    /// Counts a try of a code, whatever comes of it.
    pub(super) async fn admit_code(&self, email: &Email) -> Result<(), FactorProblem> {
        let admitted = self.throttle.admit_code(email).await;
        admitted.map_err(|retry_after_seconds| FactorProblem::Throttled { retry_after_seconds })
    }

    /// Uses a code up, in the transaction of `door`. Of two who come with the same code at once,
    /// on whatever servers, one is too late.
    pub(in crate::access) async fn use_up(
        &self,
        door: &SystemTx,
        account: AccountId,
        checked: Checked,
    ) -> Result<Factor, FactorProblem> {
        let Checked { since, code } = checked;
        if !rows::use_up(door, account, since, code).await? {
            return Err(FactorProblem::Bad);
        }
        Ok(Factor { since, by: code.proof() })
    }

    /// As [`Access::use_up`], in a transaction of its own.
    pub(in crate::access) async fn use_up_now(
        &self,
        account: AccountId,
        checked: Checked,
    ) -> Result<Factor, FactorProblem> {
        let door = SystemTx::begin(&self.db).await?;
        let factor = self.use_up(&door, account, checked).await?;
        door.commit().await?;
        Ok(factor)
    }

    /// Gives the tries back of who has proven all that there is to prove. The right password alone
    /// gives none of them back: it would be worth as many codes as somebody likes to try.
    pub(in crate::access) async fn forget_tries(&self, email: &Email, caller: &Caller) {
        self.throttle.forget(email, caller.client.address.as_deref()).await;
        self.throttle.forget_codes(email).await;
    }

    /// The second factor of an account that comes by a session, which had proven it.
    pub(in crate::access) async fn factor_of_session(
        &self,
        account: AccountId,
    ) -> Result<Option<Factor>, Fault> {
        let active = self.factor_of(account).await?.and_then(|factor| factor.active);
        Ok(active.map(|active| Factor { since: active.since, by: FactorProof::Session }))
    }

    /// Whether what was proven, or that there was nothing to prove, is still so. The account is
    /// held.
    pub(in crate::access) async fn factor_stands(
        &self,
        door: &SystemTx,
        account: AccountId,
        factor: Option<Factor>,
    ) -> Result<bool, Fault> {
        Ok(rows::active_since(door, account).await? == factor.map(|factor| factor.since))
    }
}
