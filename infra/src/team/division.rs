//! How the work in groups is divided, and what came of it.

use std::collections::{BTreeSet, HashMap};

use qun_domain::fault::Fault;
use qun_domain::id::{CommunityId, GroupId, OrgId};
use qun_domain::month::Month;
use qun_domain::scope::Scope;
use qun_domain::team::{
    DividedGroup, Division, DivisionMode, DivisionPort, Period, Tally, WorkOfMonth, divisions,
};
use qun_domain::time::{Timestamp, start_of_day};
use sea_orm::QueryResult;
use uuid::Uuid;

use super::kpi::{BY_KIND, COUNTED, seen, tallied};
use crate::db::{OrgTx, TenantSql, column};
use crate::policy::effective;
use crate::tenancy::organization;

/// How the work in each of these groups is divided now; groups of which that is not said are left
/// out.
///
/// # Errors
/// A fault when the database fails.
pub async fn division_modes(
    sql: &impl TenantSql,
    groups: &[GroupId],
) -> Result<HashMap<GroupId, DivisionMode>, Fault> {
    let dialect = sql.dialect();
    let text = format!(
        "SELECT d.group_id, d.mode FROM division_of_group d
         WHERE d.org_id = $1 AND d.group_id {} AND d.mode IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM division_of_group l
                           WHERE l.org_id = $1 AND l.group_id = d.group_id AND l.number > d.number)",
        dialect.is_one_of_ids(2)
    );
    let rows = sql.rows(&text, vec![dialect.ids(groups.iter().map(|id| id.0))]).await?;
    let one = |row: &QueryResult| {
        let group = GroupId(column(row, 0)?);
        Ok((group, mode(row, 1, group)?.ok_or_else(|| Fault::new("a mode that is none"))?))
    };
    rows.iter().map(one).collect()
}

fn mode(row: &QueryResult, index: usize, group: GroupId) -> Result<Option<DivisionMode>, Fault> {
    let code: Option<String> = column(row, index)?;
    let bad = |_| Fault::new(format!("division_of_group.mode of {group} cannot be read"));
    code.map(|code| code.parse().map_err(bad)).transpose()
}

/// What each way to divide the work is said to be good for, and what was measured in a month: by the
/// modes, the members and the assignments at its end, or by `now` while it lasts (M7 to M9).
///
/// # Errors
/// A fault when the database fails.
pub async fn divisions_of(
    sql: &impl TenantSql,
    org: OrgId,
    month: Month,
    now: Timestamp,
) -> Result<[Division; 3], Fault> {
    let zone = organization(sql).await?.zone;
    let policy = effective(sql, org, Scope::Organization, None).await?.policy.policy.staff;
    let period = Period::of_month(month, zone, now);
    let end = start_of_day(month.next().first_day(), zone).min(now.plus_millis(1));
    let (at_groups, communities) = shares(sql, end).await?;
    let mut groups = divided(sql, end).await?;
    for group in &mut groups {
        group.share = at_groups.get(&group.group).copied().unwrap_or_default();
    }
    let there: BTreeSet<GroupId> =
        groups.iter().filter(|group| group.mode.is_some()).map(|group| group.group).collect();
    let tallies: HashMap<GroupId, Tally> = {
        let (from, to) = period.bounds(zone);
        let dialect = sql.dialect();
        let text = format!(
            "SELECT f.group_id, {COUNTED} FROM staff_fact f
             WHERE f.org_id = $1 AND f.group_id {} AND f.at >= $3 AND f.at < $4 {BY_KIND}",
            dialect.is_one_of_ids(2)
        );
        let ids = dialect.ids(there.iter().map(|id| id.0));
        tallied(sql, &text, vec![ids, from.millis().into(), to.millis().into()]).await?
    };
    let seen = seen(sql, period, zone).await?;
    Ok(divisions(&groups, &WorkOfMonth { period, communities, tallies, seen }, &policy))
}

/// The groups that were divided just before `end`, and the others in their communities of today.
async fn divided(sql: &impl TenantSql, end: Timestamp) -> Result<Vec<DividedGroup>, Fault> {
    let text = "WITH divided AS (
             SELECT d.group_id, d.mode FROM division_of_group d
             WHERE d.org_id = $1 AND d.set_at < $2 AND d.mode IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM division_of_group l
                               WHERE l.org_id = $1 AND l.group_id = d.group_id AND l.number > d.number
                                 AND l.set_at < $2))
         SELECT g.id, g.community_id, d.mode,
                CASE WHEN EXISTS (SELECT 1 FROM membership m
                                  WHERE m.org_id = $1 AND m.group_id = g.id AND m.joined_at < $2)
                     THEN (SELECT COUNT(DISTINCT m.person_id) FROM membership m
                           WHERE m.org_id = $1 AND m.group_id = g.id AND m.joined_at < $2
                             AND (m.ended_at IS NULL OR m.ended_at >= $2)) END
         FROM chat_group g LEFT JOIN divided d ON d.group_id = g.id
         WHERE g.org_id = $1 AND (d.mode IS NOT NULL OR g.community_id IN (
             SELECT s.community_id FROM chat_group s JOIN divided e ON e.group_id = s.id
             WHERE s.org_id = $1 AND s.community_id IS NOT NULL))
         ORDER BY g.id";
    let one = |row: &QueryResult| {
        let group = GroupId(column(row, 0)?);
        let members: Option<i64> = column(row, 3)?;
        Ok(DividedGroup {
            group,
            community: column::<Option<Uuid>>(row, 1)?.map(CommunityId),
            mode: mode(row, 2, group)?,
            members: members.map(|members| u64::try_from(members).unwrap_or_default()),
            share: 0,
        })
    };
    sql.rows(text, vec![end.millis().into()]).await?.iter().map(one).collect()
}

/// What was assigned at groups and at communities just before `end`, in basis points.
async fn shares(
    sql: &impl TenantSql,
    end: Timestamp,
) -> Result<(HashMap<GroupId, u64>, HashMap<CommunityId, u64>), Fault> {
    let text = "SELECT group_id, community_id, SUM(share) FROM role_assignment
         WHERE org_id = $1 AND scope_id <> $1 AND began_at < $2 AND (ended_at IS NULL OR ended_at >= $2)
         GROUP BY group_id, community_id";
    let (mut groups, mut communities) = (HashMap::new(), HashMap::new());
    for row in sql.rows(text, vec![end.millis().into()]).await? {
        let share = u64::try_from(column::<i64>(&row, 2)?).unwrap_or_default();
        if let Some(id) = column::<Option<Uuid>>(&row, 0)? {
            groups.insert(GroupId(id), share);
        } else if let Some(id) = column::<Option<Uuid>>(&row, 1)? {
            communities.insert(CommunityId(id), share);
        }
    }
    Ok((groups, communities))
}

impl DivisionPort for OrgTx {
    async fn division_mode(&mut self, group: GroupId) -> Result<Option<DivisionMode>, Fault> {
        Ok(division_modes(&**self, &[group]).await?.remove(&group))
    }

    async fn note_division_mode(&mut self, group: GroupId, mode: Option<DivisionMode>) -> Result<(), Fault> {
        self.run(
            "INSERT INTO division_of_group (org_id, group_id, number, mode, set_by, set_at)
             SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, $5 FROM division_of_group
             WHERE org_id = $1 AND group_id = $2",
            vec![
                group.0.into(),
                mode.map(|mode| mode.code().to_owned()).into(),
                self.scope().actor().to_string().into(),
                self.now().millis().into(),
            ],
        )
        .await?;
        Ok(())
    }
}
