use chrono_tz::Tz;
use qun_domain::access::{Actor, Capability, Email, Password, Role};
use qun_domain::command::{Failure, Outcome};
use qun_domain::tenancy::{Name, Organization, Slug};
use serde_json::json;

use super::accounts::{self, Candidate};
use super::audit::{Note, note};
use super::passwords;
use crate::clock::Clock;
use crate::db::{Db, OrgScope, SystemTx};
use crate::ids::Ids;
use crate::tenancy::add_organization;

/// An organization that is yet to be, and its first owner. It cannot be printed, as it
/// holds a password.
#[derive(Clone)]
pub struct NewOrganization {
    /// Its short name.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// The zone in which its schedules are read.
    pub zone: Tz,
    /// The address of the owner's account. An account that there is already becomes
    /// owner as it is: the name and the password below are checked and not used.
    pub owner_email: String,
    /// The password of the owner's new account.
    pub owner_password: String,
    /// The name of the owner's new account.
    pub owner_name: String,
}

/// Why an organization was not created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateOrganizationRefusal {
    /// Another organization has this slug.
    SlugTaken,
    /// One of the two names is blank or too long.
    BadName,
    /// The owner's address is none.
    BadEmail,
    /// The owner's password is too short or too long.
    WeakPassword,
}

/// Creates an organization with its owner, as the operator. One transaction through
/// the system door, as there is no tenant yet.
///
/// # Errors
/// See [`CreateOrganizationRefusal`].
pub async fn create_organization(
    db: &Db,
    clock: &Clock,
    ids: &Ids,
    new: NewOrganization,
) -> Outcome<Organization, CreateOrganizationRefusal> {
    use CreateOrganizationRefusal as Refusal;
    let name: Name = new.name.parse().map_err(|_| Failure::Refused(Refusal::BadName))?;
    let owner_name: Name = new.owner_name.parse().map_err(|_| Failure::Refused(Refusal::BadName))?;
    let email: Email = new.owner_email.parse().map_err(|_| Failure::Refused(Refusal::BadEmail))?;
    let password: Password =
        new.owner_password.parse().map_err(|_| Failure::Refused(Refusal::WeakPassword))?;
    let password_hash = passwords::hash(password, ids.bytes()).await?;
    let candidate = Candidate { id: ids.make(), email, name: owner_name, password_hash };
    let organization = Organization {
        id: ids.make(),
        slug: new.slug.as_str().to_owned(),
        name: name.as_str().to_owned(),
        zone: new.zone,
    };

    let now = clock.now();
    let door = SystemTx::begin(db).await?;
    if !add_organization(&door, &organization, now).await? {
        return Err(Failure::Refused(Refusal::SlugTaken));
    }
    let owner = accounts::find_or_add(&door, candidate, now).await?;
    accounts::join(&door, organization.id, owner.id, Role::Owner, now).await?;
    let entry = Note {
        verb: "tenancy.create_organization",
        capability: Capability::ManageOrganization,
        target: format!("organization:{}", organization.id),
        detail: json!({ "slug": organization.slug, "owner": format!("account:{}", owner.id) }),
    };
    note(&door, ids, now, &OrgScope::new(organization.id, Actor::Operator), entry).await?;
    door.commit().await?;
    Ok(organization)
}
