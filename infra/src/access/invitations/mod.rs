//! The door through which those come in who were invited.

mod accept;
mod claim;
mod letters;
mod secret;

use qun_domain::access::Email;
use qun_domain::fault::Fault;
use qun_domain::id::{InvitationId, OrgId};
use qun_domain::team::{Invitation, InvitationState};
use qun_domain::tenancy::Organization;

pub use accept::{AcceptProblem, Acceptor, Joined};
pub use claim::ClaimProblem;
pub(super) use letters::deliver_one;
pub use secret::FreshInvitation;

use super::{Access, accounts};
use crate::db::{OrgScope, SystemTx, column};
use crate::team::{INVITATION, invitation_model};
use crate::tenancy::organization_model;

/// An open invitation, as whoever holds its secret may see it.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Into which organization.
    pub organization: Organization,
    /// The invitation.
    pub invitation: Invitation,
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
        let door = SystemTx::begin(&self.db).await?;
        let invited = self.find_invited(&door, presented).await?;
        door.commit().await?;
        Ok(invited)
    }

    async fn find_invited(
        &self,
        door: &SystemTx,
        presented: secret::Presented,
    ) -> Result<Option<Invited>, Fault> {
        let sql = format!(
            "SELECT i.secret_hash FROM invitation i WHERE i.org_id = $1 AND i.id = $2{}",
            door.dialect().for_update()
        );
        let rows = door.rows(&sql, vec![presented.org.0.into(), presented.id.0.into()]).await?;
        let kept: Option<Vec<u8>> = rows.first().map_or(Ok(None), |row| column(row, 0))?;
        if kept.as_deref() != Some(&presented.secret_hash[..]) {
            return Ok(None);
        }
        let sql = "SELECT org_id, slug, name, time_zone FROM organization WHERE org_id = $1";
        let rows = door.rows(sql, vec![presented.org.0.into()]).await?;
        let Some(organization) = rows.first().map(organization_model).transpose()? else { return Ok(None) };
        let Some(invitation) = find(door, presented.org, presented.id).await? else { return Ok(None) };
        if invitation.state(self.clock.now()) != InvitationState::Open {
            return Ok(None);
        }
        let has_account = match &invitation.email {
            Some(email) => Some(accounts::account(door, email).await?.is_some()),
            None => None,
        };
        Ok(Some(Invited { organization, invitation, has_account }))
    }

    /// Whether an active or suspended member of the organization of `scope` has this address: for
    /// who may invite to it, and so knows its team.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn has_member(&self, scope: &OrgScope, email: &Email) -> Result<bool, Fault> {
        let door = SystemTx::begin(&self.db).await?;
        let sql = "SELECT 1 FROM account a JOIN org_account m ON m.account_id = a.id
                   WHERE m.org_id = $1 AND a.email = $2 AND m.left_at IS NULL";
        let rows = door.rows(sql, vec![scope.org().0.into(), email.as_str().into()]).await?;
        door.commit().await?;
        Ok(!rows.is_empty())
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

async fn find(door: &SystemTx, org: OrgId, id: InvitationId) -> Result<Option<Invitation>, Fault> {
    let sql = format!("SELECT {INVITATION} FROM invitation i WHERE i.org_id = $1 AND i.id = $2");
    let rows = door.rows(&sql, vec![org.0.into(), id.0.into()]).await?;
    rows.first().map(invitation_model).transpose()
}
