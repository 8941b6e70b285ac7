//! The job table.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono_tz::Tz;
use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use qun_domain::jobs::{Due, Schedule};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use super::backlog::Backlog;
use crate::activity::count;
use crate::db::{Db, SystemTx, column, timestamp};
use crate::groups::zone;

/// A job that a worker holds until its lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claimed {
    pub(super) org: OrgId,
    pub(super) schedule: Schedule,
    pub(super) period: String,
    pub(super) attempts: u32,
    /// Fences off a worker that lost its lease: only the latest token may finish.
    pub(super) token: u32,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Due, or waiting for its next try.
    Waiting,
    /// A worker holds it.
    Running,
    /// It is done.
    Done,
    /// It failed for good.
    Dead,
}

impl FromStr for JobState {
    type Err = Fault;

    fn from_str(code: &str) -> Result<Self, Fault> {
        match code {
            "WAITING" => Ok(Self::Waiting),
            "RUNNING" => Ok(Self::Running),
            "DONE" => Ok(Self::Done),
            "DEAD" => Ok(Self::Dead),
            _ => Err(Fault::new(format!("job.state is unknown: {code}"))),
        }
    }
}

/// A job as its history shows it.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// Code of its schedule.
    pub schedule: String,
    /// Its period.
    pub period: String,
    /// How far it is.
    pub state: JobState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was, or is next, due.
    pub due_at: Timestamp,
    /// What its last failure was, for the operator.
    pub last_error: Option<String>,
}

/// What is open, of all organizations.
pub(super) async fn backlog(db: &Db) -> Result<Backlog, Fault> {
    let door = SystemTx::begin(db).await?;
    let rows = door
        .rows(
            "SELECT COUNT(CASE WHEN state = 'WAITING' THEN 1 END), COUNT(CASE WHEN state = 'RUNNING' THEN 1 END),
                    COUNT(CASE WHEN state = 'DEAD' THEN 1 END), MIN(CASE WHEN state = 'WAITING' THEN due_at END),
                    (SELECT COUNT(*) FROM outbox WHERE delivered_at IS NULL),
                    (SELECT MIN(at) FROM outbox WHERE delivered_at IS NULL)
             FROM job WHERE state <> 'DONE'",
            vec![],
        )
        .await?;
    door.commit().await?;
    let row = rows.first().ok_or_else(|| Fault::new("an aggregate has no row"))?;
    Ok(Backlog {
        waiting: column(row, 0)?,
        running: column(row, 1)?,
        dead: column(row, 2)?,
        due_at: column(row, 3)?,
        events: column(row, 4)?,
        told_at: column(row, 5)?,
    })
}

/// Every organization with each zone in which it has groups or communities.
pub(super) async fn calendars(db: &Db) -> Result<Vec<(OrgId, Tz, BTreeSet<String>)>, Fault> {
    let door = SystemTx::begin(db).await?;
    let rows = door
        .rows(
            "SELECT o.org_id, o.time_zone, z.time_zone FROM organization o LEFT JOIN (
                 SELECT org_id, time_zone FROM chat_group UNION SELECT org_id, time_zone FROM community
             ) z ON z.org_id = o.org_id ORDER BY o.org_id",
            vec![],
        )
        .await?;
    door.commit().await?;
    let mut calendars: Vec<(OrgId, Tz, BTreeSet<String>)> = Vec::new();
    for row in &rows {
        let org: Uuid = column(row, 0)?;
        let calendar: String = column(row, 1)?;
        let other: Option<String> = column(row, 2)?;
        if calendars.last().is_none_or(|(last, ..)| last.0 != org) {
            calendars.push((org.into(), zone(&calendar, org)?, BTreeSet::new()));
        }
        if let Some((.., zones)) = calendars.last_mut() {
            zones.extend(other);
        }
    }
    Ok(calendars)
}

/// Adds jobs; those that are known already stay as they are.
pub(super) async fn plan(db: &Db, due: &[(OrgId, Due)], now: Timestamp) -> Result<u64, Fault> {
    if due.is_empty() {
        return Ok(0);
    }
    let door = SystemTx::begin(db).await?;
    let mut added = 0;
    for (org, due) in due {
        added += door
            .run(
                "INSERT INTO job (org_id, schedule, period, state, due_at, attempts, token, created_at)
                 VALUES ($1, $2, $3, 'WAITING', $4, 0, 0, $5) ON CONFLICT DO NOTHING",
                vec![
                    org.0.into(),
                    due.schedule.code().into(),
                    due.period.as_str().into(),
                    due.at.millis().into(),
                    now.millis().into(),
                ],
            )
            .await?;
    }
    door.commit().await?;
    Ok(added)
}

/// Takes one job that is due, or whose worker let its lease run out.
///
/// Organizations take turns: of those with work, the one that was served longest ago
/// comes first, so that one with thousands of groups does not starve the rest.
pub(super) async fn claim(db: &Db, now: Timestamp, lease: i64) -> Result<Option<Claimed>, Fault> {
    let door = SystemTx::begin(db).await?;
    let sql = format!(
        "SELECT j.org_id, j.schedule, j.period, j.attempts, j.token FROM job j
         WHERE j.due_at <= $1 AND (j.state = 'WAITING' OR (j.state = 'RUNNING' AND j.lease_until < $1))
         ORDER BY (SELECT MAX(d.finished_at) FROM job d WHERE d.org_id = j.org_id) NULLS FIRST, j.due_at, j.schedule
         LIMIT 1{}",
        door.dialect().skip_locked()
    );
    let rows = door.rows(&sql, vec![now.millis().into()]).await?;
    let Some(row) = rows.first() else {
        door.commit().await?;
        return Ok(None);
    };
    let mut claimed = read(row)?;
    claimed.attempts += 1;
    claimed.token += 1;
    door.run(
        "UPDATE job SET state = 'RUNNING', attempts = attempts + 1, token = token + 1, lease_until = $4
         WHERE org_id = $1 AND schedule = $2 AND period = $3",
        vec![
            claimed.org.0.into(),
            claimed.schedule.code().into(),
            claimed.period.as_str().into(),
            now.plus_millis(lease).millis().into(),
        ],
    )
    .await?;
    door.commit().await?;
    Ok(Some(claimed))
}

fn read(row: &QueryResult) -> Result<Claimed, Fault> {
    let org: Uuid = column(row, 0)?;
    let schedule: String = column(row, 1)?;
    Ok(Claimed {
        org: org.into(),
        schedule: schedule.parse().map_err(|error| Fault::from_error("job.schedule", error))?,
        period: column(row, 2)?,
        attempts: count(row, 3)?,
        token: count(row, 4)?,
    })
}

/// Prolongs a lease; `false` when another worker took the job over.
pub(super) async fn renew(db: &Db, job: &Claimed, until: Timestamp) -> Result<bool, Fault> {
    change(db, job, "lease_until = $5", vec![until.millis().into()]).await
}

/// Ends a job; `false` when another worker took it over.
pub(super) async fn done(db: &Db, job: &Claimed, now: Timestamp) -> Result<bool, Fault> {
    change(db, job, "state = 'DONE', finished_at = $5, last_error = NULL", vec![now.millis().into()]).await
}

/// Puts a failed job back until `again`, or makes it a dead letter.
pub(super) async fn failed(
    db: &Db,
    job: &Claimed,
    error: &str,
    again: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, Fault> {
    let state = if again.is_some() { "WAITING" } else { "DEAD" };
    let due = again.unwrap_or(now).millis();
    change(
        db,
        job,
        "state = $5, due_at = $6, last_error = $7, finished_at = $8",
        vec![state.into(), due.into(), error.into(), now.millis().into()],
    )
    .await
}

async fn change(
    db: &Db,
    job: &Claimed,
    what: &str,
    mut values: Vec<sea_orm::sea_query::Value>,
) -> Result<bool, Fault> {
    let door = SystemTx::begin(db).await?;
    let token = i32::try_from(job.token).unwrap_or(i32::MAX);
    let mut params =
        vec![job.org.0.into(), job.schedule.code().into(), job.period.as_str().into(), token.into()];
    params.append(&mut values);
    let sql = format!(
        "UPDATE job SET {what} WHERE org_id = $1 AND schedule = $2 AND period = $3 AND token = $4 AND state = 'RUNNING'"
    );
    let changed = door.run(&sql, params).await?;
    door.commit().await?;
    Ok(changed == 1)
}

/// The jobs of an organization, the latest first.
pub(super) async fn history(db: &Db, org: OrgId, limit: u32) -> Result<Vec<JobRow>, Fault> {
    let door = SystemTx::begin(db).await?;
    let rows = door
        .rows(
            "SELECT schedule, period, state, attempts, due_at, last_error FROM job
             WHERE org_id = $1 ORDER BY created_at DESC, schedule, period LIMIT $2",
            vec![org.0.into(), i64::from(limit).into()],
        )
        .await?;
    door.commit().await?;
    rows.iter()
        .map(|row| {
            let state: String = column(row, 2)?;
            Ok(JobRow {
                schedule: column(row, 0)?,
                period: column(row, 1)?,
                state: state.parse()?,
                attempts: count(row, 3)?,
                due_at: timestamp(row, 4)?,
                last_error: column(row, 5)?,
            })
        })
        .collect()
}
