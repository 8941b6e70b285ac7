//! The door through which those come in who were invited.

mod accept;
mod claim;
mod letters;
mod secret;

use qun_domain::access::{Email, SecretHash};
use qun_domain::fault::Fault;
use qun_domain::id::{InvitationId, OrgId};
use qun_domain::team::Invitation;
use qun_domain::tenancy::Organization;

pub use accept::{AcceptProblem, Acceptor, Joined};
pub use claim::ClaimProblem;
pub(super) use letters::deliver_one;
pub use secret::FreshInvitation;

use super::{Access, accounts};
use crate::db::SystemTx;
use crate::team::{INVITATION, invitation_model};
use crate::tenancy::organization_by_id;

/// An open invitation, as whoever holds its secret may see it.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Into which organization.
    pub organization: Organization,
    /// The invitation.
    pub invitation: Invitation,
    /// Hash of the secret that opens it.
    pub(super) secret_hash: SecretHash,
    /// Whether the address that it was sent to has an account; none for a link.
    pub has_account: Option<bool>,
}

impl Access {
    /// The open invitation that a secret opens; `None` for what opens none.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn invited(&self, secret: &str) -> Result<Option<Invited>, Fault> {
        let Some(presented) = secret::read(secret) else { return Ok(None) };
        self.invited_by(presented.org, presented.id, presented.secret_hash).await
    }

    /// As [`Access::invited`], by what is kept of the secret.
    pub(super) async fn invited_by(
        &self,
        org: OrgId,
        id: InvitationId,
        secret_hash: SecretHash,
    ) -> Result<Option<Invited>, Fault> {
        let door = SystemTx::begin(&self.db).await?;
        let invited = self.find_invited(&door, secret::Presented { org, id, secret_hash }).await?;
        door.commit().await?;
        Ok(invited)
    }

    async fn find_invited(
        &self,
        door: &SystemTx,
        presented: secret::Presented,
    ) -> Result<Option<Invited>, Fault> {
        let (org, id) = (presented.org.0, presented.id.0);
        let sql = format!("SELECT {INVITATION} FROM invitation i WHERE i.org_id = $1 AND i.id = $2");
        let rows = door.rows(&sql, vec![org.into(), id.into()]).await?;
        let found = rows.first().map(invitation_model).transpose()?;
        let now = self.clock.now();
        let Some(invitation) = found.filter(|found| found.opens_to(presented.secret_hash, now)) else {
            return Ok(None);
        };
        let Some(organization) = organization_by_id(door, presented.org).await? else { return Ok(None) };
        let has_account = match &invitation.email {
            Some(email) => Some(accounts::account(door, email).await?.is_some()),
            None => None,
        };
        let secret_hash = presented.secret_hash;
        Ok(Some(Invited { organization, invitation, secret_hash, has_account }))
    }

    /// Counts a letter to an address before it is asked for; in how many seconds one can be.
    ///
    /// # Errors
    /// The seconds.
    pub async fn admit_letter(&self, email: &Email) -> Result<(), u64> {
        self.letter_throttle.admit(email, None).await
    }

    /// Whether letters are sent at all.
    pub fn sends_letters(&self) -> bool {
        self.settings.mail
    }

    /// Letters wait: somebody looks at once.
    pub fn wake_post_office(&self) {
        self.letters_wait.notify_one();
    }
}
