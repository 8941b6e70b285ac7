use qun_domain::access::{Email, MailPurpose, Password};
use qun_domain::command::Failure;
use qun_domain::fault::Fault;

use super::create_organization::{CreateOrganizationRefusal, Founder, found};
use super::log_in::Proof;
use super::{Access, Caller, LogInProblem, LoggedIn, NewOrganization, accounts, mailed};
use crate::db::SystemTx;
use crate::tenancy::organization_by_slug;

/// Why nobody signed up.
#[derive(Debug)]
pub enum SignUpProblem {
    /// The mailbox has an account, whose password is another one.
    WrongPassword,
    /// Too many tries with a wrong password.
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

impl From<Fault> for SignUpProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

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
    /// password. A refusal leaves the token good.
    ///
    /// # Errors
    /// See [`SignUpProblem`].
    pub async fn complete_sign_up(
        &self,
        token: &str,
        mut new: NewOrganization,
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
        let password_hash = self.own_hash(&email, &given, password, caller).await?;

        let door = SystemTx::begin(&self.db).await?;
        mailed::take(&door, MailPurpose::SignUp, token, now).await?.ok_or(SignUpProblem::BadToken)?;
        let founder = Founder::Owner { request_id: caller.request_id.as_deref() };
        let (organization, owner) =
            found(&door, &self.ids, now, ready, password_hash.clone(), founder).await?;
        door.commit().await?;
        let proof = Proof::Mail(password_hash);
        let entered = self.let_in(owner, organization, proof, caller).await;
        entered.map_err(|problem| match problem {
            LogInProblem::Fault(fault) => SignUpProblem::Fault(fault),
            // Meanwhile the address got an account, or its account another password.
            LogInProblem::BadCredentials => SignUpProblem::WrongPassword,
            LogInProblem::ChooseOrganization(_) | LogInProblem::Throttled { .. } => {
                SignUpProblem::Fault(Fault::new("the owner of a new organization is not let in"))
            }
        })
    }

    /// The hash of the new account's password. A mailbox that has an account lets nobody into
    /// it: that takes the account's own password.
    async fn own_hash(
        &self,
        email: &Email,
        given: &str,
        password: Password,
        caller: &Caller,
    ) -> Result<String, SignUpProblem> {
        if accounts::find(&self.db, email).await?.is_none() {
            return Ok(self.passwords.turn().await?.hash(password, self.ids.bytes()).await?);
        }
        let address = caller.client.address.as_deref();
        match self.prove(email, given, address).await {
            Ok((_, hash)) => {
                self.throttle.forget(email, address).await;
                Ok(hash)
            }
            Err(LogInProblem::Throttled { retry_after_seconds }) => {
                Err(SignUpProblem::Throttled { retry_after_seconds })
            }
            Err(LogInProblem::Fault(fault)) => Err(SignUpProblem::Fault(fault)),
            Err(LogInProblem::BadCredentials | LogInProblem::ChooseOrganization(_)) => {
                Err(SignUpProblem::WrongPassword)
            }
        }
    }
}
