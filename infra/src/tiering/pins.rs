//! Reads of pins for the API.

use std::collections::{HashMap, HashSet};

use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::{PersonId, PinId};
use qun_domain::tiering::Tier;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use crate::db::{TenantSql, column, timestamp, timestamp_or_none};

/// A pin as it was set.
#[derive(Clone, Debug)]
pub struct PinRow {
    /// Its id.
    pub id: PinId,
    /// The group or community.
    pub scope: Scope,
    /// Whose tier.
    pub person: PersonId,
    /// The tier.
    pub tier: Tier,
    /// Why.
    pub reason: String,
    /// Who pinned, as in the audit log.
    pub pinned_by: String,
    /// Since when.
    pub pinned_at: Timestamp,
    /// Until when; `None` until it is lifted.
    pub expires_at: Option<Timestamp>,
    /// When it was lifted.
    pub lifted_at: Option<Timestamp>,
}

const COLUMNS: &str = "SELECT id, community_id, group_id, person_id, tier, reason, pinned_by, pinned_at, expires_at, \
     lifted_at FROM tier_pin WHERE org_id = $1";

/// The pin that holds the tier of each of these members at `now`; the latest wins.
///
/// # Errors
/// A fault when the database fails.
pub async fn pins_of(
    sql: &impl TenantSql,
    members: &[(Scope, PersonId)],
    now: Timestamp,
) -> Result<HashMap<(Scope, PersonId), PinRow>, Fault> {
    let dialect = sql.dialect();
    let scopes: HashSet<Uuid> = members
        .iter()
        .filter_map(|(scope, _)| match scope {
            Scope::Group(id) => Some(id.0),
            Scope::Community(id) => Some(id.0),
            Scope::Organization => None,
        })
        .collect();
    let persons: HashSet<PersonId> = members.iter().map(|(_, person)| *person).collect();
    let rows = sql
        .rows(
            &format!(
                "{COLUMNS} AND scope_id {} AND person_id {} AND lifted_at IS NULL
                 AND (expires_at IS NULL OR expires_at > $4) ORDER BY pinned_at, id",
                dialect.is_one_of_ids(2),
                dialect.is_one_of_ids(3)
            ),
            vec![dialect.ids(scopes), dialect.ids(persons), now.millis().into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let pin = pin_row(row)?;
            Ok(((pin.scope, pin.person), pin))
        })
        .collect()
}

/// The pins with these ids, lifted ones too.
///
/// # Errors
/// A fault when the database fails.
pub async fn pins_by_id(sql: &impl TenantSql, ids: &[PinId]) -> Result<Vec<PinRow>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!("{COLUMNS} AND id {}", dialect.is_one_of_ids(2)),
            vec![dialect.ids(ids.iter().copied())],
        )
        .await?;
    rows.iter().map(pin_row).collect()
}

fn pin_row(row: &QueryResult) -> Result<PinRow, Fault> {
    let id: Uuid = column(row, 0)?;
    let community: Option<Uuid> = column(row, 1)?;
    let group: Option<Uuid> = column(row, 2)?;
    let person: Uuid = column(row, 3)?;
    let tier: String = column(row, 4)?;
    Ok(PinRow {
        id: id.into(),
        scope: match (group, community) {
            (Some(group), _) => Scope::Group(group.into()),
            (None, Some(community)) => Scope::Community(community.into()),
            (None, None) => Scope::Organization,
        },
        person: person.into(),
        tier: tier.parse().map_err(|_| Fault::new(format!("tier_pin.tier of {id} is unknown: {tier}")))?,
        reason: column(row, 5)?,
        pinned_by: column(row, 6)?,
        pinned_at: timestamp(row, 7)?,
        expires_at: timestamp_or_none(row, 8)?,
        lifted_at: timestamp_or_none(row, 9)?,
    })
}
