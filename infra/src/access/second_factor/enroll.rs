//! A secret is shown, and then confirmed by a code: from then on the account has a second factor.

use qun_domain::access::{Account, Email, FactorProof, RECOVERY_CODES, RecoveryCode, SessionEnd, TotpSecret};
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use serde_json::json;

use super::{Factor, Own, SecondFactorProblem, hold_proven, rows};
use crate::access::everywhere::By;
use crate::access::sessions::{self, Ending, Which};
use crate::access::{Access, Caller, accounts};
use crate::db::{OrgScope, SystemTx};

/// A secret that waits for its confirmation. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrollment {
    /// The secret, as it is typed into an authenticator app.
    pub secret: String,
    /// The same for a picture that the app reads: `otpauth://totp/…`.
    pub url: String,
}

impl std::fmt::Debug for Enrollment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrollment(…)")
    }
}

/// A second factor that was just activated, and the codes that are shown this once.
pub(in crate::access) struct Activated {
    pub(in crate::access) factor: Factor,
    pub(in crate::access) recovery_codes: Vec<String>,
}

impl Access {
    /// Shows who acts a secret, for the present password. It has no effect before a code of it
    /// confirms it.
    ///
    /// # Errors
    /// See [`SecondFactorProblem`].
    pub async fn begin_second_factor(
        &self,
        scope: &OrgScope,
        password: &str,
        caller: &Caller,
    ) -> Result<Enrollment, SecondFactorProblem> {
        let (own, hash) = self.own_proven(scope, password, caller).await?;
        let by = By::Itself(scope.request_id());
        let enrollment = self.begin_enrollment(&own.account, &own.email, &hash, by).await?;
        self.throttle.forget(&own.email, caller.client.address.as_deref()).await;
        Ok(enrollment)
    }

    /// Keeps a secret for an account whose password was proven. Each is another one, so that
    /// whoever has seen one before knows nothing of what is confirmed in the end.
    pub(in crate::access) async fn begin_enrollment(
        &self,
        account: &Account,
        email: &Email,
        hash: &str,
        by: By<'_>,
    ) -> Result<Enrollment, SecondFactorProblem> {
        let secret = TotpSecret::new(self.ids.bytes());
        let url = secret.url(&self.settings.issuer, email)?;
        let door = SystemTx::begin(&self.db).await?;
        hold_proven(&door, account.id, hash).await?;
        if !rows::begin(&door, account.id, &secret, self.clock.now()).await? {
            return Err(SecondFactorProblem::Active);
        }
        self.note_everywhere(&door, account.id, by, "access.begin_second_factor", json!({})).await?;
        door.commit().await?;
        Ok(Enrollment { secret: secret.reveal(), url })
    }

    /// Activates the second factor of who acts, by a code of the secret that it was shown. Its
    /// other sessions end: they have not proven it. The recovery codes are shown this once.
    ///
    /// # Errors
    /// See [`SecondFactorProblem`].
    pub async fn confirm_second_factor(
        &self,
        scope: &OrgScope,
        code: &str,
    ) -> Result<Vec<String>, SecondFactorProblem> {
        let Own { account, email, session } = self.own_account(scope).await?;
        self.admit_code(&email).await?;
        let by = By::Itself(scope.request_id());
        let door = SystemTx::begin(&self.db).await?;
        accounts::hold(&door, account.id).await?;
        let activated = self.activate(&door, account.id, code, by).await?;
        sessions::prove_second_factor(&door, scope.org(), session).await?;
        let (which, why) = (Which::AllBut(session), SessionEnd::SecondFactorChanged);
        self.end_sessions(door, Ending { account: account.id, which, why, by }).await?;
        self.throttle.forget_codes(&email).await;
        Ok(activated.recovery_codes)
    }

    /// As [`Access::confirm_second_factor`], for an account that comes to log in with its
    /// password. All of its sessions end.
    pub(in crate::access) async fn confirm_enrollment(
        &self,
        account: AccountId,
        email: &Email,
        hash: &str,
        code: &str,
        by: By<'_>,
    ) -> Result<Activated, SecondFactorProblem> {
        self.admit_code(email).await?;
        let door = SystemTx::begin(&self.db).await?;
        hold_proven(&door, account, hash).await?;
        let activated = self.activate(&door, account, code, by).await?;
        let (which, why) = (Which::All, SessionEnd::SecondFactorChanged);
        self.end_sessions(door, Ending { account, which, why, by }).await?;
        Ok(activated)
    }

    /// Activates the second factor of an account that is held.
    async fn activate(
        &self,
        door: &SystemTx,
        account: AccountId,
        code: &str,
        by: By<'_>,
    ) -> Result<Activated, SecondFactorProblem> {
        let now = self.clock.now();
        let factor = rows::of(door, account).await?.ok_or(SecondFactorProblem::NotBegun)?;
        if factor.active.is_some() {
            return Err(SecondFactorProblem::Active);
        }
        if !factor.waits(now) {
            return Err(SecondFactorProblem::NotBegun);
        }
        let step = code.parse().ok().and_then(|given| factor.confirm(&given, now));
        rows::activate(door, account, step.ok_or(SecondFactorProblem::BadCode)?, now).await?;
        let recovery_codes = self.give_recovery_codes(door, account).await?;
        self.note_everywhere(door, account, by, "access.activate_second_factor", json!({})).await?;
        Ok(Activated { factor: Factor { since: now, by: FactorProof::Code }, recovery_codes })
    }

    /// Other recovery codes for an account that is held.
    pub(super) async fn give_recovery_codes(
        &self,
        door: &SystemTx,
        account: AccountId,
    ) -> Result<Vec<String>, Fault> {
        let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| RecoveryCode::new(self.ids.bytes())).collect();
        rows::replace_recovery_codes(door, account, &codes).await?;
        Ok(codes.iter().map(RecoveryCode::reveal).collect())
    }
}
