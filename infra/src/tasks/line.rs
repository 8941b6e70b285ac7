use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId};
use qun_domain::scope::Scope;
use qun_domain::tasks::InLine;
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;

use crate::access::assignments;
use crate::db::{TenantSql, column, timestamp};

/// Everybody whose assignment covers a place: that of a group also those of its community, and
/// those of the organization.
pub(super) async fn line(
    sql: &impl TenantSql,
    org: OrgId,
    place: Scope,
    now: Timestamp,
) -> Result<Vec<InLine>, Fault> {
    let (community, group) = place.columns();
    let columns = assignments::COLUMNS;
    let rows = sql
        .rows(
            &format!(
                "SELECT {columns}, p.account_id, p.began_at FROM role_assignment p
                 JOIN org_account m ON m.org_id = $1 AND m.account_id = p.account_id
                 WHERE p.org_id = $1 AND p.ended_at IS NULL AND m.suspended_at IS NULL AND m.left_at IS NULL
                   AND p.scope_id IN ($2, $3, $4,
                       (SELECT g.community_id FROM chat_group g WHERE g.org_id = $1 AND g.id = $4))"
            ),
            vec![org.0.into(), community.map(|id| id.0).into(), group.map(|id| id.0).into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let assignment = assignments::assignment(row, now)?;
            Ok(InLine {
                account: AccountId(column::<Uuid>(row, 6)?),
                level: assignment.level(),
                scope: assignment.position.scope,
                since: timestamp(row, 7)?,
            })
        })
        .collect()
}
