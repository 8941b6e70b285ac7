use qun_domain::access::{Actor, Capability, Email};
use qun_domain::fault::Fault;
use qun_domain::locale::Locale;
use serde_json::json;

use super::secret;
use crate::access::audit::{Note, note};
use crate::access::{Access, Caller};
use crate::db::{OrgScope, SystemTx};

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

impl From<Fault> for ClaimProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
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

        let now = self.clock.now();
        let door = SystemTx::begin(&self.db).await?;
        let invited = self.find_invited(&door, presented).await?.ok_or(ClaimProblem::BadSecret)?;
        if invited.invitation.email.is_some() {
            return Err(ClaimProblem::BadSecret);
        }
        let (org, id) = (presented.org, presented.id);
        let other = "SELECT 1 FROM invitation WHERE org_id = $1 AND email = $2
                     AND accepted_at IS NULL AND revoked_at IS NULL";
        if !door.rows(other, vec![org.0.into(), email.as_str().into()]).await?.is_empty() {
            return Err(ClaimProblem::AlreadyInvited);
        }
        door.run(
            "UPDATE invitation SET email = $3, locale = $4, letter_at = $5, letter_tries = 0
             WHERE org_id = $1 AND id = $2",
            vec![org.0.into(), id.0.into(), email.as_str().into(), locale.code().into(), now.millis().into()],
        )
        .await?;
        // Who claims has no account yet that could be named.
        let scope = OrgScope::new(org, Actor::Job);
        let scope = match &caller.request_id {
            Some(id) => scope.with_request_id(id),
            None => scope,
        };
        let entry = Note {
            verb: "team.claim_invitation",
            capability: Capability::Read,
            target: format!("invitation:{id}"),
            detail: json!({ "email": email.as_str() }),
        };
        note(&door, &self.ids, now, &scope, entry).await?;
        door.commit().await?;
        self.wake_post_office();
        Ok(())
    }
}
