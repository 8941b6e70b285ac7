//! How tasks were completed.

use qun_domain::fault::Fault;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use crate::db::{TenantSql, column};

/// Whose tasks are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FiguresOf {
    /// All of the organization.
    Organization,
    /// Those that are with one account, or were at the end.
    Assignees,
    /// Those of one group.
    Groups,
}

impl FiguresOf {
    const fn column(self) -> &'static str {
        match self {
            Self::Organization => "org_id",
            Self::Assignees => "assignee_id",
            Self::Groups => "group_id",
        }
    }
}

/// Which tasks are counted: those that were given from `since` on, and before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Figured {
    /// Whose.
    pub of: FiguresOf,
    /// From when on.
    pub since: Timestamp,
    /// Before when.
    pub until: Timestamp,
    /// When it is asked: what is overdue, is so now.
    pub now: Timestamp,
    /// Those of accounts or groups whose id comes after this one.
    pub after: Option<Uuid>,
    /// Of at most so many accounts or groups.
    pub limit: u32,
}

/// How many tasks came how far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TaskFigures {
    /// Given.
    pub created: i64,
    /// Cancelled of them.
    pub cancelled: i64,
    /// Done of them, verified or not.
    pub done: i64,
    /// Done by the time that they were due.
    pub on_time: i64,
    /// Done of those that are to be verified.
    pub to_verify: i64,
    /// Verified of these.
    pub verified: i64,
    /// Submitted at least once.
    pub submitted: i64,
    /// Sent back at least once.
    pub sent_back: i64,
    /// Open now, and later than they were due.
    pub overdue: i64,
    /// The median time from giving to doing, in milliseconds; none where nothing was done.
    pub median: Option<f64>,
}

/// The figures of each account or group that was given any task, by id; of the organization one
/// row, or none where nothing was given.
///
/// # Errors
/// A fault when the database fails.
pub async fn task_figures(sql: &impl TenantSql, figured: Figured) -> Result<Vec<(Uuid, TaskFigures)>, Fault> {
    let by = figured.of.column();
    let mut params = vec![
        figured.since.millis().into(),
        figured.until.millis().into(),
        figured.now.millis().into(),
        i64::from(figured.limit).into(),
    ];
    let after = figured.after.map_or_else(String::new, |id| {
        params.push(id.into());
        format!("AND {by} > $6")
    });
    let rows = sql
        .rows(
            &format!(
                "WITH given AS (
                     SELECT {by} AS whose, state, due_at, done_at, needs_verification, sent_back,
                            CASE WHEN state IN ('DONE', 'VERIFIED') THEN done_at - created_at END AS took
                     FROM task WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND {by} IS NOT NULL {after}
                 ), ranked AS (
                     SELECT whose, took, ROW_NUMBER() OVER (PARTITION BY whose ORDER BY took) AS place,
                            COUNT(*) OVER (PARTITION BY whose) AS n
                     FROM given WHERE took IS NOT NULL
                 ), middle AS (
                     SELECT whose, AVG(CAST(took AS double precision)) AS median
                     FROM ranked WHERE place IN ((n + 1) / 2, (n + 2) / 2) GROUP BY whose
                 )
                 SELECT g.whose, COUNT(*), COUNT(CASE WHEN state = 'CANCELLED' THEN 1 END), COUNT(took),
                        COUNT(CASE WHEN took IS NOT NULL AND done_at <= due_at THEN 1 END),
                        COUNT(CASE WHEN took IS NOT NULL AND needs_verification THEN 1 END),
                        COUNT(CASE WHEN state = 'VERIFIED' THEN 1 END),
                        COUNT(CASE WHEN done_at IS NOT NULL OR sent_back > 0 THEN 1 END),
                        COUNT(CASE WHEN sent_back > 0 THEN 1 END),
                        COUNT(CASE WHEN state = 'OPEN' AND due_at < $4 THEN 1 END),
                        MAX(median)
                 FROM given g LEFT JOIN middle m ON m.whose = g.whose
                 GROUP BY g.whose ORDER BY g.whose LIMIT $5"
            ),
            params,
        )
        .await?;
    rows.iter().map(figures).collect()
}

fn figures(row: &QueryResult) -> Result<(Uuid, TaskFigures), Fault> {
    let figures = TaskFigures {
        created: column(row, 1)?,
        cancelled: column(row, 2)?,
        done: column(row, 3)?,
        on_time: column(row, 4)?,
        to_verify: column(row, 5)?,
        verified: column(row, 6)?,
        submitted: column(row, 7)?,
        sent_back: column(row, 8)?,
        overdue: column(row, 9)?,
        median: column(row, 10)?,
    };
    Ok((column(row, 0)?, figures))
}
