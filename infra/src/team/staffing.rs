//! How many work at places, and for how many members.

use std::collections::HashMap;

use chrono::NaiveDate;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CommunityId, GroupId, OrgId};
use qun_domain::scope::Scope;
use qun_domain::team::{HeadCount, Post, Share, Staffing, staffing};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use uuid::Uuid;

use crate::db::{TenantSql, column};
use crate::groups::{communities_by_id, groups_by_id, member_counts, recorded_groups};
use crate::policy::effective_of;
use crate::tenancy::organization;

/// The staffing of places by `now`, those that there are: with as many statements for many as for
/// one (M6).
///
/// # Errors
/// A fault when the database fails.
pub async fn staffing_of(
    sql: &impl TenantSql,
    org: OrgId,
    places: &[Scope],
    now: Timestamp,
) -> Result<HashMap<Scope, Staffing>, Fault> {
    let known = known(sql, places).await?;
    let scopes: Vec<Scope> = known.iter().map(|(place, _)| *place).collect();
    let policies = effective_of(sql, org, &known).await?;
    let members = member_counts(sql, &scopes).await?;
    let groups = recorded_groups(sql, &scopes).await?;
    let today = now.local_date(organization(sql).await?.zone);
    let posts = posts(sql, org, &known, today).await?;
    let found = known.iter().filter_map(|(place, community)| {
        let (recorded, unrecorded) = groups.get(place).copied().unwrap_or_default();
        let members = members.get(place).copied().unwrap_or_default();
        let heads = HeadCount { members, recorded, unrecorded };
        let policy = &policies.get(place)?.policy.policy.staff.staffing;
        Some((*place, staffing((*place, *community), heads, &posts, policy)))
    });
    Ok(found.collect())
}

/// The places that there are, and the communities of groups.
async fn known(sql: &impl TenantSql, places: &[Scope]) -> Result<Vec<(Scope, Option<CommunityId>)>, Fault> {
    let (mut communities, mut groups): (Vec<CommunityId>, Vec<GroupId>) = (Vec::new(), Vec::new());
    let mut known = Vec::with_capacity(places.len());
    for place in places {
        match place {
            Scope::Organization => known.push((Scope::Organization, None)),
            Scope::Community(id) => communities.push(*id),
            Scope::Group(id) => groups.push(*id),
        }
    }
    let communities = communities_by_id(sql, &communities).await?;
    known.extend(communities.into_iter().map(|community| (Scope::Community(community.id), None)));
    let groups = groups_by_id(sql, &groups).await?;
    known.extend(groups.into_iter().map(|group| (Scope::Group(group.id), group.community)));
    Ok(known)
}

/// The assignments at these places, at the groups in them and above them; all that there are where
/// the organization is among them.
async fn posts(
    sql: &impl TenantSql,
    org: OrgId,
    places: &[(Scope, Option<CommunityId>)],
    today: NaiveDate,
) -> Result<Vec<Post>, Fault> {
    let dialect = sql.dialect();
    let mut params: Vec<Value> = vec![today.into()];
    let there = if places.iter().any(|(place, _)| *place == Scope::Organization) {
        String::new()
    } else {
        let communities = places.iter().filter_map(|(place, _)| match place {
            Scope::Community(id) => Some(id.0),
            Scope::Organization | Scope::Group(_) => None,
        });
        let communities: Vec<Uuid> = communities.collect();
        let above = places.iter().filter_map(|(_, community)| community.map(|id| id.0));
        let at = places.iter().filter_map(|(place, _)| match place {
            Scope::Group(id) => Some(id.0),
            Scope::Organization | Scope::Community(_) => None,
        });
        let scopes: Vec<Uuid> = at.chain(above).chain(communities.iter().copied()).chain([org.0]).collect();
        params.extend([dialect.ids(scopes), dialect.ids(communities)]);
        format!(
            "AND (p.scope_id {} OR p.scope_id IN (SELECT c.id FROM chat_group c
                                                  WHERE c.org_id = $1 AND c.community_id {}))",
            dialect.is_one_of_ids(3),
            dialect.is_one_of_ids(4)
        )
    };
    let text = format!(
        "SELECT p.account_id, p.community_id, p.group_id, g.community_id, p.share,
                (SELECT SUM(q.share) FROM role_assignment q
                 WHERE q.org_id = $1 AND q.account_id = p.account_id AND q.ended_at IS NULL),
                CASE WHEN m.suspended_at IS NOT NULL OR EXISTS (
                    SELECT 1 FROM leave_of_member l
                    WHERE l.org_id = $1 AND l.account_id = p.account_id AND l.cancelled_at IS NULL
                      AND l.first_day <= $2 AND l.last_day >= $2) THEN 1 ELSE 0 END
         FROM role_assignment p
         JOIN org_account m ON m.org_id = p.org_id AND m.account_id = p.account_id
         LEFT JOIN chat_group g ON g.org_id = $1 AND g.id = p.group_id
         WHERE p.org_id = $1 AND p.ended_at IS NULL AND m.left_at IS NULL {there}"
    );
    sql.rows(&text, params).await?.iter().map(post).collect()
}

fn post(row: &QueryResult) -> Result<Post, Fault> {
    let account = AccountId(column(row, 0)?);
    let id = |index| -> Result<Option<Uuid>, Fault> { column(row, index) };
    let share = u16::try_from(column::<i32>(row, 4)?).ok().and_then(|share| Share::try_from(share).ok());
    Ok(Post {
        account,
        scope: Scope::of_columns(id(1)?.map(CommunityId), id(2)?.map(GroupId)),
        community: id(3)?.map(CommunityId),
        share: share.ok_or_else(|| Fault::new(format!("role_assignment.share of {account} is none")))?,
        total: u32::try_from(column::<i64>(row, 5)?).unwrap_or(u32::MAX),
        is_away: column::<i32>(row, 6)? == 1,
    })
}
