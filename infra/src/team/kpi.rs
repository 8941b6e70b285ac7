//! What staff did, counted for the figures.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use chrono_tz::Tz;
use qun_domain::access::{Level, Rank, Role};
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use qun_domain::month::Month;
use qun_domain::policy::StaffPolicy;
use qun_domain::scope::Scope;
use qun_domain::team::{Counted, FactKind, Kpis, Period, Seen, Stars, Tally, days_of, kpis};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use uuid::Uuid;

use super::leave::away;
use crate::db::{OrgRead, TenantSql, column};
use crate::groups::groups_by_id;
use crate::policy::effective;
use crate::tenancy::organization;

/// The figures of a member in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KpisOf {
    /// Whose.
    pub account: AccountId,
    /// Of which month, in the zone of the organization.
    pub month: Month,
    /// Of what was done there; a community's are those of its groups too, the organization's all.
    pub scope: Scope,
    /// As known at this instant.
    pub now: Timestamp,
}

/// The figures of members: with as many statements for many members as for one (M13 to M15).
///
/// # Errors
/// A fault when the database fails.
pub async fn kpis_of(read: &OrgRead, asked: &[KpisOf]) -> Result<HashMap<KpisOf, Kpis>, Fault> {
    let zone = organization(read).await?.zone;
    let mut found = HashMap::with_capacity(asked.len());
    let kinds: HashSet<(Month, Scope, Timestamp)> =
        asked.iter().map(|key| (key.month, key.scope, key.now)).collect();
    for (month, scope, now) in kinds {
        let alike = asked.iter().filter(|key| (key.month, key.scope, key.now) == (month, scope, now));
        let accounts: Vec<AccountId> = alike.clone().map(|key| key.account).collect();
        let period = Period::of_month(month, zone, now);
        let policy = staff_policy(read, scope).await?;
        let tallies = tallies(read, &accounts, period, zone, scope).await?;
        let seen = seen(read, period, zone).await?;
        let levels = levels(read, &accounts, period.bounds(zone).1).await?;
        let away = away(read, &accounts, (period.from, period.to), zone).await?;
        for key in alike {
            let tally = tallies.get(&key.account).copied().unwrap_or_default();
            let level = levels.get(&key.account).copied();
            let spans = away.get(&key.account).map_or(&[][..], Vec::as_slice);
            let excluded = days_of(spans, period.from, period.to);
            found.insert(*key, kpis(&tally, seen, period, &excluded, level, &policy));
        }
    }
    Ok(found)
}

async fn staff_policy(read: &OrgRead, scope: Scope) -> Result<StaffPolicy, Fault> {
    let community = match scope {
        Scope::Group(id) => groups_by_id(read, &[id]).await?.pop().and_then(|group| group.community),
        Scope::Organization | Scope::Community(_) => None,
    };
    Ok(effective(read, read.scope().org(), scope, community).await?.policy.policy.staff)
}

/// The facts about accounts in a period and a scope, counted.
///
/// # Errors
/// A fault when the database fails.
pub async fn tallies(
    sql: &impl TenantSql,
    accounts: &[AccountId],
    period: Period,
    zone: Tz,
    scope: Scope,
) -> Result<HashMap<AccountId, Tally>, Fault> {
    let dialect = sql.dialect();
    let (from, to) = period.bounds(zone);
    let mut params: Vec<Value> =
        vec![dialect.ids(accounts.iter().map(|id| id.0)), from.millis().into(), to.millis().into()];
    let there = match scope {
        Scope::Organization => "",
        Scope::Community(id) => {
            params.push(id.0.into());
            "AND (f.community_id = $5 OR f.group_id IN
                 (SELECT g.id FROM chat_group g WHERE g.org_id = $1 AND g.community_id = $5))"
        }
        Scope::Group(id) => {
            params.push(id.0.into());
            "AND f.group_id = $5"
        }
    };
    let text = format!(
        "SELECT f.account_id, {COUNTED} FROM staff_fact f
         WHERE f.org_id = $1 AND f.account_id {} AND f.at >= $3 AND f.at < $4 {there} {BY_KIND}",
        dialect.is_one_of_ids(2)
    );
    tallied(sql, &text, params).await
}

/// What [`tallied`] reads of `staff_fact f`, behind whose the facts are.
pub(super) const COUNTED: &str = "f.kind, CASE WHEN f.reopened_at IS NULL THEN 0 ELSE 1 END, f.stars, f.role, \
                                  f.seriousness, f.state, COUNT(*)";

/// The end of such a statement.
pub(super) const BY_KIND: &str = "GROUP BY 1, 2, 3, 4, 5, 6, 7";

/// Facts by whose they are, counted by the database as far as they are the same to the figures.
pub(super) async fn tallied<Id: From<Uuid> + Eq + Hash>(
    sql: &impl TenantSql,
    text: &str,
    params: Vec<Value>,
) -> Result<HashMap<Id, Tally>, Fault> {
    let mut found: HashMap<Id, Tally> = HashMap::new();
    for row in sql.rows(text, params).await? {
        let times = u32::try_from(column::<i64>(&row, 7)?).unwrap_or(u32::MAX);
        found.entry(column::<Uuid>(&row, 0)?.into()).or_default().add(counted(&row)?, times);
    }
    Ok(found)
}

fn counted(row: &QueryResult) -> Result<Counted, Fault> {
    let bad = |name: &str| Fault::new(format!("staff_fact.{name} cannot be read"));
    let word = |index, name| -> Result<String, Fault> {
        column::<Option<String>>(row, index)?.ok_or_else(|| bad(name))
    };
    Ok(match word(1, "kind")?.parse::<FactKind>().map_err(|_| bad("kind"))? {
        FactKind::CaseHandled => Counted::Case { is_reopened: column::<i32>(row, 2)? == 1 },
        FactKind::Rating => {
            let stars: Option<i32> = column(row, 3)?;
            let stars = stars.and_then(|stars| Stars::try_from(stars).ok());
            Counted::Rating(stars.ok_or_else(|| bad("stars"))?)
        }
        FactKind::EventContribution => {
            Counted::Contribution(word(4, "role")?.parse().map_err(|_| bad("role"))?)
        }
        FactKind::Complaint => Counted::Complaint(
            word(5, "seriousness")?.parse().map_err(|_| bad("seriousness"))?,
            word(6, "state")?.parse().map_err(|_| bad("state"))?,
        ),
    })
}

/// Of which kinds anybody's facts were recorded in a period.
///
/// # Errors
/// A fault when the database fails.
pub async fn seen(sql: &impl TenantSql, period: Period, zone: Tz) -> Result<Seen, Fault> {
    let (from, to) = period.bounds(zone);
    let one = |kind: FactKind| {
        let code = kind.code();
        format!(
            "SELECT '{code}' AS kind WHERE EXISTS (SELECT 1 FROM staff_fact
             WHERE org_id = $1 AND kind = '{code}' AND at >= $2 AND at < $3)"
        )
    };
    let text = format!("{} UNION ALL {}", one(FactKind::CaseHandled), one(FactKind::EventContribution));
    let mut seen = Seen::default();
    for row in sql.rows(&text, vec![from.millis().into(), to.millis().into()]).await? {
        let kind: String = column(&row, 0)?;
        seen.cases |= kind == FactKind::CaseHandled.code();
        seen.contributions |= kind == FactKind::EventContribution.code();
    }
    Ok(seen)
}

/// The highest weight of each account just before an instant, as its history tells it. An
/// assignment counts for the time before it began too: who brings in the facts of last year had
/// nobody assigned then.
///
/// # Errors
/// A fault when the database fails.
pub async fn levels(
    sql: &impl TenantSql,
    accounts: &[AccountId],
    before: Timestamp,
) -> Result<HashMap<AccountId, Level>, Fault> {
    let dialect = sql.dialect();
    let text = format!(
        "SELECT p.account_id, p.role, COALESCE(
             (SELECT s.from_rank FROM ladder_step s
              WHERE s.org_id = $1 AND s.account_id = p.account_id AND s.assignment_id = p.id
                AND s.kind IN ('PROMOTED', 'DEMOTED') AND s.at >= $3 ORDER BY s.id LIMIT 1), p.rank)
         FROM role_assignment p
         WHERE p.org_id = $1 AND p.account_id {} AND (p.ended_at IS NULL OR p.ended_at >= $3)",
        dialect.is_one_of_ids(2)
    );
    let params = vec![dialect.ids(accounts.iter().map(|id| id.0)), before.millis().into()];
    let mut found: HashMap<AccountId, Level> = HashMap::new();
    for row in sql.rows(&text, params).await? {
        let account = AccountId(column(&row, 0)?);
        let bad = |what: &str| Fault::new(format!("role_assignment.{what} of {account} cannot be read"));
        let role: String = column(&row, 1)?;
        let rank: Option<String> = column(&row, 2)?;
        let level = match (role.parse::<Role>().map_err(|_| bad("role"))?, rank) {
            (Role::Owner, _) => Level::Owner,
            (_, Some(rank)) => Level::Ranked(rank.parse::<Rank>().map_err(|_| bad("rank"))?),
            (_, None) => return Err(bad("rank")),
        };
        let highest = found.entry(account).or_insert(level);
        *highest = level.max(*highest);
    }
    Ok(found)
}
