//! Row ↔ model.

use chrono_tz::Tz;
use qun_domain::fault::Fault;
use qun_domain::groups::{Community, Group, Platform, Scope};
use sea_orm::prelude::Uuid;

use super::entity::{chat_group, community};

/// A stored zone name as a zone.
pub(crate) fn zone(name: &str, row: impl std::fmt::Display) -> Result<Tz, Fault> {
    name.parse().map_err(|_| Fault::new(format!("time_zone of {row} is not in the database of zones")))
}

/// A stored platform code as a platform.
pub(crate) fn platform(code: &str, row: impl std::fmt::Display) -> Result<Platform, Fault> {
    code.parse().map_err(|error| Fault::from_error(format!("platform of {row}"), error))
}

/// A group row as a group.
pub(crate) fn group_model(row: chat_group::Model) -> Result<Group, Fault> {
    Ok(Group {
        id: row.id.into(),
        community: row.community_id.map(Into::into),
        platform: platform(&row.platform, row.id)?,
        kind: row.kind,
        zone: zone(&row.time_zone, row.id)?,
        name: row.name,
    })
}

/// A community row as a community.
pub(super) fn community_model(row: community::Model) -> Result<Community, Fault> {
    Ok(Community { id: row.id.into(), zone: zone(&row.time_zone, row.id)?, name: row.name })
}

/// The columns `scope_id`, `community_id`, `group_id` of a scope.
pub(crate) fn scope_columns(scope: Scope, org: Uuid) -> (Uuid, Option<Uuid>, Option<Uuid>) {
    match scope {
        Scope::Organization => (org, None, None),
        Scope::Community(id) => (id.0, Some(id.0), None),
        Scope::Group(id) => (id.0, None, Some(id.0)),
    }
}
