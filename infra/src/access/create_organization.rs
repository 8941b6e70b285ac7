use chrono_tz::Tz;
use qun_domain::access::{Account, Actor, Capability, Email, Password, Position};
use qun_domain::command::{Failure, Outcome};
use qun_domain::scope::Scope;
use qun_domain::tenancy::{Name, Organization, Slug};
use qun_domain::time::Timestamp;
use serde_json::json;

use super::accounts::{self, Candidate};
use super::audit::{Note, note};
use super::operator::account_scope;
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
    /// The name of the organization is blank or too long.
    BadName,
    /// The name of the owner is blank or too long.
    BadOwnerName,
    /// The owner's address is none.
    BadEmail,
    /// The owner's password is too short or too long.
    WeakPassword,
}

/// An organization whose parts are all well formed.
pub(super) struct Ready {
    slug: Slug,
    name: Name,
    zone: Tz,
    owner_email: Email,
    owner_name: Name,
}

impl NewOrganization {
    /// Checks what can be checked without the database; the password comes apart, to be hashed.
    pub(super) fn check(self) -> Result<(Ready, Password), CreateOrganizationRefusal> {
        use CreateOrganizationRefusal as Refusal;
        let name = self.name.parse().map_err(|_| Refusal::BadName)?;
        let owner_name = self.owner_name.parse().map_err(|_| Refusal::BadOwnerName)?;
        let owner_email = self.owner_email.parse().map_err(|_| Refusal::BadEmail)?;
        let password = self.owner_password.parse().map_err(|_| Refusal::WeakPassword)?;
        Ok((Ready { slug: self.slug, name, zone: self.zone, owner_email, owner_name }, password))
    }
}

/// Who founds.
pub(super) enum Founder<'a> {
    /// The operator of the installation.
    Operator,
    /// The owner.
    Owner {
        /// The id under which the request is logged.
        request_id: Option<&'a str>,
    },
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
    let (ready, password) = new.check().map_err(Failure::Refused)?;
    let password_hash = passwords::hash(password, ids.bytes()).await?;
    let door = SystemTx::begin(db).await?;
    let (organization, _) = found(&door, ids, clock.now(), ready, password_hash, Founder::Operator).await?;
    door.commit().await?;
    Ok(organization)
}

/// Writes an organization and its owner, in the transaction of `door`.
pub(super) async fn found(
    door: &SystemTx,
    ids: &Ids,
    now: Timestamp,
    ready: Ready,
    password_hash: String,
    founder: Founder<'_>,
) -> Outcome<(Organization, Account), CreateOrganizationRefusal> {
    let organization = Organization {
        id: ids.make(),
        slug: ready.slug.as_str().to_owned(),
        name: ready.name.as_str().to_owned(),
        zone: ready.zone,
    };
    if !add_organization(door, &organization, now).await? {
        return Err(Failure::Refused(CreateOrganizationRefusal::SlugTaken));
    }
    let candidate =
        Candidate { id: ids.make(), email: ready.owner_email, name: ready.owner_name, password_hash };
    let owner = accounts::find_or_add(door, candidate, now).await?;
    let owns = Position::owner(Scope::Organization);
    let scope = match founder {
        Founder::Operator => OrgScope::new(organization.id, Actor::Operator),
        Founder::Owner { request_id } => account_scope(organization.id, owner.id, request_id),
    };
    accounts::join(door, ids, &scope, owner.id, owns, now).await?;
    let entry = Note {
        verb: "tenancy.create_organization",
        capability: Capability::ManageOrganization,
        target: format!("organization:{}", organization.id),
        detail: json!({ "slug": organization.slug, "owner": format!("account:{}", owner.id) }),
    };
    note(door, ids, now, &scope, entry).await?;
    Ok((organization, owner))
}
