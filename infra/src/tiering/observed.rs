//! What `AUTO` looks at: distinct persons with a value in the 90 local days before
//! the first day of the month that contains asOf (TIERING.md, section 5).

use std::collections::{HashMap, HashSet};

use qun_domain::fault::Fault;
use qun_domain::id::{GroupId, PersonId};
use qun_domain::tiering::Observed;
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;

use super::scope::excluded_at;
use super::window::{AsOf, Window};
use crate::db::{TenantSql, column, timestamp};

/// The days before the month; fixed.
const DAYS: u32 = 90;

/// `inviting` are the groups in which invites are not off.
pub(super) async fn observed(
    sql: &impl TenantSql,
    groups: &[GroupId],
    inviting: &[GroupId],
    as_of: AsOf,
) -> Result<Observed, Fault> {
    let month = as_of.month();
    let window = month.window(DAYS);
    let excluded = excluded_at(sql, groups, month.at).await?;
    let quality = persons(sql, groups, "contribution_accepted", window).await?;
    let events = persons(sql, groups, "attendance", window).await?;
    let invites = inviters(sql, inviting, window).await?;
    let distinct =
        |persons: HashSet<PersonId>| u32::try_from(persons.difference(&excluded).count()).unwrap_or(u32::MAX);
    Ok(Observed { quality: distinct(quality), events: distinct(events), invites: distinct(invites) })
}

async fn persons(
    sql: &impl TenantSql,
    groups: &[GroupId],
    kind: &str,
    window: Window,
) -> Result<HashSet<PersonId>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT DISTINCT person_id FROM interaction
                 WHERE org_id = $1 AND group_id {} AND kind <> 'message' AND kind = $3 AND at >= $4 AND at < $5",
                dialect.is_one_of_ids(2)
            ),
            vec![
                dialect.ids(groups.iter().copied()),
                kind.into(),
                window.from.millis().into(),
                window.to.millis().into(),
            ],
        )
        .await?;
    rows.iter().map(|row| column::<Uuid>(row, 0).map(Into::into)).collect()
}

/// What orders rows: time, id, source.
type Place = (Timestamp, String, String);

/// Whom other persons' earliest join rows name.
async fn inviters(
    sql: &impl TenantSql,
    groups: &[GroupId],
    window: Window,
) -> Result<HashSet<PersonId>, Fault> {
    let dialect = sql.dialect();
    let mut earliest: HashMap<(Uuid, Uuid), (Place, Option<Uuid>)> = HashMap::new();
    sql.each(
        &format!(
            "SELECT j.group_id, j.person_id, j.other_id, j.at, j.source_id, j.source FROM interaction j
             WHERE j.org_id = $1 AND j.group_id {} AND j.kind <> 'message' AND j.kind = 'join'
               AND j.at >= $3 AND j.at < $4
               AND NOT EXISTS (SELECT 1 FROM interaction e
                   WHERE e.org_id = $1 AND e.group_id = j.group_id AND e.person_id = j.person_id
                     AND e.kind = 'join' AND e.at < $3)",
            dialect.is_one_of_ids(2)
        ),
        vec![dialect.ids(groups.iter().copied()), window.from.millis().into(), window.to.millis().into()],
        |row| {
            let joined = ((timestamp(row, 3)?, column(row, 4)?, column(row, 5)?), column(row, 2)?);
            let held = earliest.entry((column(row, 0)?, column(row, 1)?)).or_insert_with(|| joined.clone());
            if joined.0 < held.0 {
                *held = joined;
            }
            Ok(())
        },
    )
    .await?;
    let named = earliest.into_iter().filter_map(|((_, person), (_, by))| by.filter(|by| *by != person));
    Ok(named.map(Into::into).collect())
}
