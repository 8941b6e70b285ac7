use qun_domain::access::{Email, MailPurpose, Password};
use qun_domain::command::Failure;
use qun_domain::fault::Fault;

use super::create_organization::{CreateOrganizationRefusal, Founder, found};
use super::log_in::Proof;
use super::proving::proving;
use super::second_factor::Checked;
use super::{Access, Caller, LogInProblem, LoggedIn, NewOrganization, accounts, mailed};
use crate::db::SystemTx;
use crate::tenancy::organization_by_slug;

/// Why nobody signed up.
#[derive(Debug)]
pub enum SignUpProblem {
    /// The mailbox has an account, whose password is another one.
    WrongPassword,
    /// The account of the mailbox has a second factor, and no code was given.
    SecondFactorRequired,
    /// The code is wrong, or was used.
    BadSecondFactor,
    /// Too many tries with a wrong password or code.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// The token is none, was used, or is over.
    BadToken,
    /// The organization cannot be founded like this.
    Refused(CreateOrganizationRefusal),
    /// Something beneath broke.
    Fault(Fault),
}

proving!(SignUpProblem { password: WrongPassword, no_code: SecondFactorRequired, code: BadSecondFactor });

impl From<Failure<CreateOrganizationRefusal>> for SignUpProblem {
    fn from(failure: Failure<CreateOrganizationRefusal>) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Forbidden(_) | Failure::Proposed(_) => Self::BadToken,
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Access {
    /// Founds an organization whose owner has the mailbox that the token was sent to, and logs
    /// the owner in. An account that the address has already becomes owner as it is, for its own
    /// password, and for `code` where it has a second factor. A refusal leaves the token good.
    ///
    /// # Errors
    /// See [`SignUpProblem`].
    pub async fn complete_sign_up(
        &self,
        token: &str,
        mut new: NewOrganization,
        code: Option<&str>,
        caller: &Caller,
    ) -> Result<LoggedIn, SignUpProblem> {
        if !self.settings.sign_up {
            return Err(SignUpProblem::BadToken);
        }
        let now = self.clock.now();
        let email = mailed::holder(&self.db, MailPurpose::SignUp, token, now).await?;
        let email = email.ok_or(SignUpProblem::BadToken)?;
        new.owner_email = email.to_string();
        // Before the password is hashed, which costs.
        if organization_by_slug(&self.db, &new.slug).await?.is_some() {
            return Err(SignUpProblem::Refused(CreateOrganizationRefusal::SlugTaken));
        }
        let given = new.owner_password.clone();
        let (ready, password) = new.check().map_err(SignUpProblem::Refused)?;
        let (password_hash, checked) = self.own_proof(&email, &given, password, code, caller).await?;

        let door = SystemTx::begin(&self.db).await?;
        mailed::take(&door, MailPurpose::SignUp, token, now).await?.ok_or(SignUpProblem::BadToken)?;
        let founder = Founder::Owner { request_id: caller.request_id.as_deref() };
        let (organization, owner) =
            found(&door, &self.ids, now, ready, password_hash.clone(), founder).await?;
        let factor = match checked {
            Some(checked) => Some(self.use_up(&door, owner.id, checked).await?),
            None => None,
        };
        door.commit().await?;
        self.forget_tries(&email, caller).await;
        let proof = Proof::Mail(password_hash);
        let entered = self.let_in(owner, organization, proof, factor, caller).await;
        entered.map_err(|problem| match problem {
            LogInProblem::Fault(fault) => SignUpProblem::Fault(fault),
            // Meanwhile the address got an account, or its account another password or factor.
            LogInProblem::BadCredentials => SignUpProblem::WrongPassword,
            LogInProblem::ChooseOrganization(_)
            | LogInProblem::SecondFactorRequired
            | LogInProblem::BadSecondFactor
            | LogInProblem::SecondFactorMissing(_)
            | LogInProblem::BadEnrollmentCode
            | LogInProblem::Throttled { .. } => {
                SignUpProblem::Fault(Fault::new("the owner of a new organization is not let in"))
            }
        })
    }

    /// The hash of the new account's password. A mailbox that has an account lets nobody into
    /// it: that takes the account's own password, and a code where it has a second factor.
    async fn own_proof(
        &self,
        email: &Email,
        given: &str,
        password: Password,
        code: Option<&str>,
        caller: &Caller,
    ) -> Result<(String, Option<Checked>), SignUpProblem> {
        if accounts::find(&self.db, email).await?.is_none() {
            let hash = self.passwords.turn().await?.hash(password, self.ids.bytes()).await?;
            return Ok((hash, None));
        }
        let (account, hash) = self.prove(email, given, caller.client.address.as_deref()).await?;
        let checked = self.check_code(account.id, email, code).await?;
        Ok((hash, checked))
    }
}
