use qun_domain::access::Email;
use qun_domain::command::Failure;
use qun_domain::fault::Fault;
use qun_domain::locale::Locale;
use qun_domain::team::{ClaimInvitation, ClaimInvitationRefusal};

use super::secret;
use crate::access::{Access, Caller, job_scope};

/// Why an invitation was sent to no address.
#[derive(Debug)]
pub enum ClaimProblem {
    /// The address is none.
    BadEmail,
    /// This installation sends no mail.
    NoMail,
    /// Too many letters were asked for, to this address or from this network address.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// The secret opens no invitation that waits for an address.
    BadSecret,
    /// An invitation to this address is open.
    AlreadyInvited,
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Failure<ClaimInvitationRefusal>> for ClaimProblem {
    fn from(failure: Failure<ClaimInvitationRefusal>) -> Self {
        match failure {
            Failure::Refused(ClaimInvitationRefusal::AlreadyInvited) => Self::AlreadyInvited,
            Failure::Refused(ClaimInvitationRefusal::NoSuchLink)
            | Failure::Forbidden(_)
            | Failure::Proposed(_) => Self::BadSecret,
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Access {
    /// Makes of a link, for who has no account yet, an invitation to an address: a letter goes
    /// there, whose secret takes the place of that of the link.
    ///
    /// # Errors
    /// See [`ClaimProblem`].
    pub async fn claim_invitation(
        &self,
        secret: &str,
        email: &str,
        locale: Locale,
        caller: &Caller,
    ) -> Result<(), ClaimProblem> {
        if !self.settings.mail {
            return Err(ClaimProblem::NoMail);
        }
        let email: Email = email.parse().map_err(|_| ClaimProblem::BadEmail)?;
        let presented = secret::read(secret).ok_or(ClaimProblem::BadSecret)?;
        self.letter_throttle
            .admit(&email, caller.client.address.as_deref())
            .await
            .map_err(|retry_after_seconds| ClaimProblem::Throttled { retry_after_seconds })?;

        let scope = job_scope(presented.org).in_request(caller.request_id.as_deref());
        let (invitation, secret_hash) = (presented.id, presented.secret_hash);
        let command = ClaimInvitation { invitation, secret_hash, email, locale };
        self.writer.execute(&scope, command).await?;
        self.wake_post_office();
        Ok(())
    }
}
