use qun_domain::access::{Account, Capability, Email, Password, Position};
use qun_domain::command::{Failure, Outcome};
use qun_domain::tenancy::Name;
use serde_json::json;

use super::accounts::{self, Candidate};
use super::audit::{Note, note};
use super::{Access, passwords};
use crate::db::{OrgScope, SystemTx};

/// A member-to-be of an organization. It cannot be printed, as it holds a password.
#[derive(Clone)]
pub struct NewAccount {
    /// The address. An account that there is already joins as it is: the name and the
    /// password below are checked and not used.
    pub email: String,
    /// The name of a new account.
    pub name: String,
    /// The password of a new account.
    pub password: String,
    /// Its assignment in the organization.
    pub position: Position,
}

/// Why no account was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddAccountRefusal {
    /// The account belongs to the organization already, in whatever role.
    AlreadyMember,
    /// The name is blank or too long.
    BadName,
    /// The address is none.
    BadEmail,
    /// The password is too short or too long.
    WeakPassword,
}

impl Access {
    /// Adds an account to the organization of `scope`.
    ///
    /// # Errors
    /// See [`AddAccountRefusal`]; [`Failure::Forbidden`] for who may not administer the organization.
    pub async fn add_account(
        &self,
        scope: &OrgScope,
        new: NewAccount,
    ) -> Outcome<Account, AddAccountRefusal> {
        use AddAccountRefusal as Refusal;
        if !scope.actor().may(Capability::ManageOrganization) {
            return Err(Failure::Forbidden(Capability::ManageOrganization));
        }
        let name: Name = new.name.parse().map_err(|_| Failure::Refused(Refusal::BadName))?;
        let email: Email = new.email.parse().map_err(|_| Failure::Refused(Refusal::BadEmail))?;
        let password: Password = new.password.parse().map_err(|_| Failure::Refused(Refusal::WeakPassword))?;
        let password_hash = passwords::hash(password, self.ids.bytes()).await?;
        let candidate = Candidate { id: self.ids.make(), email, name, password_hash };

        let now = self.clock.now();
        let door = SystemTx::begin(&self.db).await?;
        let account = accounts::find_or_add(&door, candidate, now).await?;
        if !accounts::join(&door, &self.ids, scope, account.id, new.position, now).await? {
            return Err(Failure::Refused(Refusal::AlreadyMember));
        }
        let entry = Note {
            verb: "access.add_account",
            capability: Capability::ManageOrganization,
            target: format!("account:{}", account.id),
            detail: json!({ "assignment": new.position }),
        };
        note(&door, &self.ids, now, scope, entry).await?;
        door.commit().await?;
        Ok(account)
    }
}
