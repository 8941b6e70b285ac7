//! What is evaluated, and who in it is not.

use std::collections::{HashMap, HashSet};

use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::{GroupId, PersonId};
use qun_domain::tiering::EvaluatedScope;
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, QueryFilter};

use crate::db::{TenantSql, column, timestamp};
use crate::groups::{chat_group, communities_by_id, group_model};

/// The scope with its groups; `None` where the organization has no such scope.
pub(super) async fn evaluated_scope(
    sql: &impl TenantSql,
    scope: Scope,
) -> Result<Option<EvaluatedScope>, Fault> {
    let (community, group) = match scope {
        Scope::Organization => return Ok(None),
        Scope::Community(id) => (Some(id), None),
        Scope::Group(id) => (None, Some(id)),
    };
    let rows = sql
        .all::<chat_group::Entity>(|q| match (community, group) {
            (Some(id), _) => q.filter(chat_group::Column::CommunityId.eq(id.0)),
            (None, group) => q.filter(chat_group::Column::Id.eq(group.map_or(Uuid::nil(), Into::into))),
        })
        .await?;
    let first_presence = rows.iter().filter_map(|row| Timestamp::from_millis(row.first_presence_at?)).min();
    let groups = rows.into_iter().map(group_model).collect::<Result<Vec<_>, _>>()?;
    let (zone, community) = match community {
        Some(id) => match communities_by_id(sql, &[id]).await?.pop() {
            Some(found) => (found.zone, Some(id)),
            None => return Ok(None),
        },
        None => match groups.first() {
            Some(group) => (group.zone, group.community),
            None => return Ok(None),
        },
    };
    Ok(Some(EvaluatedScope { scope, zone, groups, community, first_presence }))
}

pub(super) fn group_ids(scope: &EvaluatedScope) -> Vec<GroupId> {
    scope.groups.iter().map(|group| group.id).collect()
}

/// What orders rows: time, id, source.
type Place = (Timestamp, String, String);

/// Staff, bots and facilitators of any of the groups at `at`: who is not evaluated
/// and whose reactions do not count (TIERING.md, sections 2, 3 and 8).
pub(super) async fn excluded_at(
    sql: &impl TenantSql,
    groups: &[GroupId],
    at: Timestamp,
) -> Result<HashSet<PersonId>, Fault> {
    let dialect = sql.dialect();
    let statement = format!(
        "SELECT group_id, person_id, role, at, source_id, source FROM interaction
         WHERE org_id = $1 AND group_id {} AND kind <> 'message' AND kind = 'role' AND at < $3",
        dialect.is_one_of_ids(2)
    );
    let mut roles: HashMap<(Uuid, Uuid), (Place, bool)> = HashMap::new();
    for row in &sql.rows(&statement, vec![dialect.ids(groups.iter().copied()), at.millis().into()]).await? {
        let role: String = column(row, 2)?;
        let place: Place = (timestamp(row, 3)?, column(row, 4)?, column(row, 5)?);
        let said = (place, role != "member");
        let latest = roles.entry((column(row, 0)?, column(row, 1)?)).or_insert_with(|| said.clone());
        if said.0 > latest.0 {
            *latest = said;
        }
    }
    Ok(roles
        .into_iter()
        .filter(|(_, (_, excluded))| *excluded)
        .map(|((_, person), _)| person.into())
        .collect())
}

/// Whether anybody was present in the window: else the week has no data.
pub(super) async fn has_presence(
    sql: &impl TenantSql,
    scope: &EvaluatedScope,
    window: super::window::Window,
) -> Result<bool, Fault> {
    for group in &scope.groups {
        let found = if group.zone == scope.zone {
            sql.rows(
                "SELECT 1 FROM group_day WHERE org_id = $1 AND group_id = $2 AND day >= $3 AND day < $4
                   AND presence > 0 LIMIT 1",
                vec![group.id.0.into(), window.from_day.into(), window.to_day.into()],
            )
            .await?
        } else {
            // Days of another zone: a day more on both sides, then the instants decide.
            sql.rows(
                "SELECT 1 FROM interaction i JOIN member_day d
                   ON d.org_id = $1 AND d.group_id = $2 AND d.day = i.day AND d.person_id = i.person_id
                 WHERE i.org_id = $1 AND i.group_id = $2 AND d.day >= $3 AND d.day <= $4
                   AND i.kind IN ('message', 'reaction', 'attendance') AND i.at >= $5 AND i.at < $6 LIMIT 1",
                vec![
                    group.id.0.into(),
                    qun_domain::time::days_before(window.from_day, 1).into(),
                    window.to_day.into(),
                    window.from.millis().into(),
                    window.to.millis().into(),
                ],
            )
            .await?
        };
        if !found.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a leave or removal was ever seen in the groups.
pub(super) async fn leaves_observed(sql: &impl TenantSql, groups: &[GroupId]) -> Result<bool, Fault> {
    let dialect = sql.dialect();
    let statement = format!(
        "SELECT 1 FROM interaction WHERE org_id = $1 AND group_id {} AND kind <> 'message'
           AND kind IN ('leave', 'remove') LIMIT 1",
        dialect.is_one_of_ids(2)
    );
    Ok(!sql.rows(&statement, vec![dialect.ids(groups.iter().copied())]).await?.is_empty())
}
