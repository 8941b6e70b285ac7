//! What is known of who may rise.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use qun_domain::access::Rank;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, AssignmentId, OrgId};
use qun_domain::month::Month;
use qun_domain::policy::LadderPolicy;
use qun_domain::scope::Scope;
use qun_domain::team::{
    Complaints, Dossier, Evidence, Held, MonthOfWork, Period, PromotionPort, Tally, TrainingCount,
};
use qun_domain::time::{Timestamp, days_before, start_of_day};
use sea_orm::sea_query::Value;

use super::kpi::{BY_KIND, COUNTED, seen, tallied};
use super::leave::away;
use super::members::{HELD, held};
use super::training_read::trainings;
use crate::access::assignments;
use crate::db::{OrgTx, TenantSql, column};
use crate::policy::effective;
use crate::tenancy::organization;

/// A page of the assignments that may rise, by id: those of active members that have a rank above
/// them.
///
/// # Errors
/// A fault when the database fails.
pub async fn promotable(
    sql: &impl TenantSql,
    after: Option<AssignmentId>,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Held>, Fault> {
    let mut params: Vec<Value> = vec![Rank::OwnerCandidate.code().into(), i64::from(limit).into()];
    let later = after.map_or("", |id| {
        params.push(id.0.into());
        "AND p.id > $4"
    });
    let text = format!(
        "SELECT {}, {HELD} FROM role_assignment p
         JOIN org_account m ON m.org_id = p.org_id AND m.account_id = p.account_id
         WHERE p.org_id = $1 AND p.ended_at IS NULL AND p.rank IS NOT NULL AND p.rank <> $2
           AND m.suspended_at IS NULL AND m.left_at IS NULL {later} ORDER BY p.id LIMIT $3",
        assignments::COLUMNS
    );
    sql.rows(&text, params).await?.iter().map(|row| held(row, now)).collect()
}

/// The evidence for and against each of these assignments rising, by `now`: with as many statements
/// for many as for one. The ladder is one for the organization, whose policy holds.
///
/// # Errors
/// A fault when the database fails.
pub async fn evidence_of(
    sql: &impl TenantSql,
    org: OrgId,
    held: &[Held],
    now: Timestamp,
) -> Result<HashMap<AssignmentId, Evidence>, Fault> {
    let zone = organization(sql).await?.zone;
    let policy = effective(sql, org, Scope::Organization, None).await?.policy.policy;
    let day = now.local_date(zone);
    let accounts: Vec<AccountId> = held.iter().map(|held| held.account).collect();
    let ranked_on = |held: &Held| held.ranked_at.local_date(zone);
    let from = held.iter().map(ranked_on).min().unwrap_or(day);
    let away = away(sql, &accounts, (from, day), zone).await?;
    let months = months(sql, held, day, zone, &policy.ladder).await?;
    let complaints = complaints(sql, &accounts, day, zone, policy.ladder.complaint_days).await?;
    let training = trainings(sql, org, &accounts, now).await?;
    let evidence = held.iter().map(|held| {
        let courses = training.get(&held.account).map_or(&[][..], Vec::as_slice);
        let done = courses.iter().filter(|row| row.training.counts).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let dossier = Dossier {
            assignment: held.assignment.id,
            account: held.account,
            position: held.position(),
            day,
            ranked_on: ranked_on(held),
            away: away.get(&held.account).cloned().unwrap_or_default(),
            months: months.get(&held.assignment.id).cloned().unwrap_or_default(),
            training: TrainingCount { required: count(courses.len()), done: count(done) },
            complaints: complaints.get(&held.account).copied().unwrap_or_default(),
        };
        (held.assignment.id, Evidence::of(dossier, policy.ladder.clone(), policy.staff.clone()))
    });
    Ok(evidence.collect())
}

/// What was done in the last whole months, oldest first, where each assignment is and since its
/// rank began.
async fn months(
    sql: &impl TenantSql,
    held: &[Held],
    day: NaiveDate,
    zone: Tz,
    policy: &LadderPolicy,
) -> Result<HashMap<AssignmentId, Vec<MonthOfWork>>, Fault> {
    let mut month = Month::of(day);
    let mut last = Vec::new();
    for _ in 0..policy.kpi_months {
        month = month.previous();
        last.push(month);
    }
    let mut found: HashMap<AssignmentId, Vec<MonthOfWork>> = HashMap::new();
    for month in last.into_iter().rev() {
        let period = Period { from: month.first_day(), to: month.next().first_day() };
        let seen = seen(sql, period, zone).await?;
        let tallies = tallies_in_rank(sql, held, period, zone).await?;
        for held in held {
            let tally = tallies.get(&held.assignment.id).copied().unwrap_or_default();
            found.entry(held.assignment.id).or_default().push(MonthOfWork { month, tally, seen });
        }
    }
    Ok(found)
}

/// The facts about the holders of assignments in a period, where these are and since their ranks
/// began.
async fn tallies_in_rank(
    sql: &impl TenantSql,
    held: &[Held],
    period: Period,
    zone: Tz,
) -> Result<HashMap<AssignmentId, Tally>, Fault> {
    let dialect = sql.dialect();
    let (from, to) = period.bounds(zone);
    let text = format!(
        "SELECT p.id, {COUNTED} FROM role_assignment p
         JOIN staff_fact f ON f.org_id = p.org_id AND f.account_id = p.account_id AND f.at >= p.ranked_at
         WHERE p.org_id = $1 AND p.id {} AND f.at >= $3 AND f.at < $4
           AND (p.scope_id = $1 OR f.group_id = p.group_id OR f.community_id = p.community_id
                OR f.group_id IN (SELECT g.id FROM chat_group g
                                  WHERE g.org_id = $1 AND g.community_id = p.community_id)) {BY_KIND}",
        dialect.is_one_of_ids(2)
    );
    let ids = dialect.ids(held.iter().map(|held| held.assignment.id.0));
    tallied(sql, &text, vec![ids, from.millis().into(), to.millis().into()]).await
}

/// The serious complaints about accounts: upheld ones of the last `days`, and all open ones.
async fn complaints(
    sql: &impl TenantSql,
    accounts: &[AccountId],
    day: NaiveDate,
    zone: Tz,
    days: u32,
) -> Result<HashMap<AccountId, Complaints>, Fault> {
    let dialect = sql.dialect();
    let text = format!(
        "SELECT account_id, state, COUNT(*) FROM staff_fact
         WHERE org_id = $1 AND account_id {} AND kind = 'COMPLAINT' AND seriousness = 'SERIOUS'
           AND (state = 'OPEN' OR (state = 'UPHELD' AND at >= $3))
         GROUP BY account_id, state",
        dialect.is_one_of_ids(2)
    );
    let since = start_of_day(days_before(day, days), zone);
    let params = vec![dialect.ids(accounts.iter().map(|id| id.0)), since.millis().into()];
    let mut found: HashMap<AccountId, Complaints> = HashMap::new();
    for row in sql.rows(&text, params).await? {
        let complaints = found.entry(AccountId(column(&row, 0)?)).or_default();
        let state: String = column(&row, 1)?;
        let count = u32::try_from(column::<i64>(&row, 2)?).unwrap_or(u32::MAX);
        if state == "OPEN" {
            complaints.open = count;
        } else {
            complaints.upheld = count;
        }
    }
    Ok(found)
}

impl PromotionPort for OrgTx {
    async fn evidence(&mut self, held: &Held) -> Result<Evidence, Fault> {
        let found = evidence_of(&**self, self.scope().org(), std::slice::from_ref(held), self.now()).await?;
        let evidence = found.into_values().next();
        evidence.ok_or_else(|| Fault::new(format!("no evidence about assignment {}", held.assignment.id)))
    }
}
