//! Who stands ready to take groups over.

use std::collections::HashMap;

use qun_domain::fault::Fault;
use qun_domain::groups::Group;
use qun_domain::id::{CommunityId, GroupId, OrgId};
use qun_domain::team::{Bench, Held, bench};
use qun_domain::time::Timestamp;
use sea_orm::sea_query::Value;

use super::members::{HELD, held};
use crate::access::assignments;
use crate::db::{TenantSql, column};
use crate::groups::{GROUP_COLUMNS, group_row};

/// A page of groups by how many stand ready for each, in order of name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenchPage {
    /// Those of this community; all of the organization without one.
    pub community: Option<CommunityId>,
    /// Those at risk alone, or the others alone; all without it.
    pub at_risk: Option<bool>,
    /// How many successors a group needs.
    pub min_successors: u32,
    /// Those whose name comes after this one.
    pub after: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// How many owner candidates who do not own it a group `g` has: what [`bench`] counts, in SQL.
const SUCCESSORS: &str = "(SELECT COUNT(DISTINCT p.account_id) FROM role_assignment p
       JOIN org_account m ON m.org_id = p.org_id AND m.account_id = p.account_id
       WHERE p.org_id = $1 AND p.scope_id IN (g.id, g.community_id, $1) AND p.ended_at IS NULL
         AND p.rank = 'OWNER_CANDIDATE' AND m.suspended_at IS NULL AND m.left_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM role_assignment o
                         WHERE o.org_id = $1 AND o.account_id = p.account_id AND o.role = 'OWNER'
                           AND o.scope_id IN (g.id, g.community_id, $1) AND o.ended_at IS NULL))";

impl BenchPage {
    /// What is asked of a group `g`, and what that binds from `$2` on.
    fn narrowed(&self) -> (String, Vec<Value>) {
        let (mut text, mut params) = (String::new(), Vec::new());
        let mut bind = |value: Value| {
            params.push(value);
            params.len() + 1
        };
        if let Some(id) = self.community {
            text.push_str(&format!(" AND g.community_id = ${}", bind(id.0.into())));
        }
        if let Some(at_risk) = self.at_risk {
            let than = if at_risk { "<" } else { ">=" };
            text.push_str(&format!(
                " AND {SUCCESSORS} {than} ${}",
                bind(i64::from(self.min_successors).into())
            ));
        }
        (text, params)
    }
}

/// The groups of a page.
///
/// # Errors
/// A fault when the database fails.
pub async fn bench_page(sql: &impl TenantSql, page: &BenchPage) -> Result<Vec<Group>, Fault> {
    let (mut narrowed, mut params) = page.narrowed();
    if let Some(name) = &page.after {
        params.push(name.as_str().into());
        narrowed.push_str(&format!(" AND g.name > ${}", params.len() + 1));
    }
    params.push(i64::from(page.limit).into());
    let text = format!(
        "SELECT {GROUP_COLUMNS} FROM chat_group g WHERE g.org_id = $1{narrowed} ORDER BY g.name LIMIT ${}",
        params.len() + 1
    );
    let rows = sql.rows(&text, params).await?;
    rows.iter().map(group_row).collect()
}

/// How many groups all pages have together.
///
/// # Errors
/// A fault when the database fails.
pub async fn bench_count(sql: &impl TenantSql, page: &BenchPage) -> Result<u64, Fault> {
    let (narrowed, params) = page.narrowed();
    let text = format!("SELECT COUNT(*) FROM chat_group g WHERE g.org_id = $1{narrowed}");
    let rows = sql.rows(&text, params).await?;
    let count: i64 = rows.first().map(|row| column(row, 0)).transpose()?.unwrap_or_default();
    Ok(u64::try_from(count).unwrap_or_default())
}

/// The bench of each of these groups by `now`, with one statement (M26).
///
/// # Errors
/// A fault when the database fails.
pub async fn benches_of(
    sql: &impl TenantSql,
    org: OrgId,
    groups: &[Group],
    now: Timestamp,
) -> Result<HashMap<GroupId, Bench>, Fault> {
    let dialect = sql.dialect();
    let text = format!(
        "SELECT {}, {HELD} FROM role_assignment p
         JOIN org_account m ON m.org_id = p.org_id AND m.account_id = p.account_id
         WHERE p.org_id = $1 AND p.scope_id {} AND p.ended_at IS NULL
           AND (p.role = 'OWNER' OR p.rank IN ('OWNER_CANDIDATE', 'SENIOR'))
           AND m.suspended_at IS NULL AND m.left_at IS NULL",
        assignments::COLUMNS,
        dialect.is_one_of_ids(2)
    );
    let communities = groups.iter().filter_map(|group| group.community.map(|id| id.0));
    let scopes = groups.iter().map(|group| group.id.0).chain(communities).chain([org.0]);
    let rows = sql.rows(&text, vec![dialect.ids(scopes)]).await?;
    let held: Vec<Held> = rows.iter().map(|row| held(row, now)).collect::<Result<_, _>>()?;
    Ok(groups.iter().map(|group| (group.id, bench(group.id, group.community, &held))).collect())
}
