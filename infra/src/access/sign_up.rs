use qun_domain::access::{MailPurpose, ProvenBy, Role};
use qun_domain::command::Failure;
use qun_domain::fault::Fault;

use super::create_organization::{CreateOrganizationRefusal, Founder, found};
use super::{Access, Caller, LogInProblem, LoggedIn, NewOrganization, mailed, passwords};
use crate::db::SystemTx;

/// Why nobody signed up.
#[derive(Debug)]
pub enum SignUpProblem {
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
            Failure::Forbidden(_) => Self::BadToken,
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Access {
    /// Founds an organization whose owner has the mailbox that the token was sent to, and logs
    /// the owner in. An account that the address has already becomes owner as it is. A refusal
    /// leaves the token good.
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
        new.owner_email = email.ok_or(SignUpProblem::BadToken)?.to_string();
        let (ready, password) = new.check().map_err(SignUpProblem::Refused)?;
        let password_hash = passwords::hash(password, self.ids.bytes()).await?;

        let door = SystemTx::begin(&self.db).await?;
        mailed::take(&door, MailPurpose::SignUp, token, now).await?.ok_or(SignUpProblem::BadToken)?;
        let founder = Founder::Owner { request_id: caller.request_id.as_deref() };
        let (organization, owner) = found(&door, &self.ids, now, ready, password_hash, founder).await?;
        door.commit().await?;
        let entered = self.let_in(owner, organization, Role::Owner, ProvenBy::Mail, caller).await;
        entered.map_err(|problem| match problem {
            LogInProblem::Fault(fault) => SignUpProblem::Fault(fault),
            LogInProblem::BadCredentials
            | LogInProblem::ChooseOrganization(_)
            | LogInProblem::Throttled { .. } => {
                SignUpProblem::Fault(Fault::new("the owner of a new organization is not let in"))
            }
        })
    }
}
