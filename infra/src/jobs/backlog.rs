//! What waits, as metrics: looked at once a minute, when the table is worked anyway.

use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};
use qun_domain::fault::Fault;
use qun_domain::jobs::Schedule;
use qun_domain::time::Timestamp;

use super::table;
use crate::db::Db;

pub(super) const DONE: &str = "qun_jobs_done_total";
pub(super) const FAILED: &str = "qun_jobs_failed_total";
const STATES: &str = "qun_jobs";
const OVERDUE: &str = "qun_jobs_overdue_seconds";
const EVENTS: &str = "qun_outbox_events";
const OLDEST: &str = "qun_outbox_oldest_seconds";

/// What is open in the whole database.
pub(super) struct Backlog {
    pub(super) waiting: i64,
    pub(super) running: i64,
    pub(super) dead: i64,
    /// When the job that waits longest was due.
    pub(super) due_at: Option<i64>,
    pub(super) events: i64,
    /// When the event was told that waits longest.
    pub(super) told_at: Option<i64>,
}

/// Explains the metrics of jobs, and begins its counters, so that the first failure shows as
/// a rise and not as a metric that was not there before.
pub fn describe_metrics() {
    describe_counter!(DONE, "Jobs that were done, by schedule");
    describe_counter!(FAILED, "Tries of jobs that failed, by schedule");
    for schedule in Schedule::ALL {
        for metric in [DONE, FAILED] {
            counter!(metric, "schedule" => schedule.code()).increment(0);
        }
    }
    describe_gauge!(STATES, "Jobs that are not done, by state");
    describe_gauge!(OVERDUE, Unit::Seconds, "For how long the job that waits longest has been due");
    describe_gauge!(EVENTS, "Events that are not delivered");
    describe_gauge!(OLDEST, Unit::Seconds, "Age of the oldest event that is not delivered");
}

/// Looks at what is open, and tells it.
pub(super) async fn tell(db: &Db, now: Timestamp) -> Result<(), Fault> {
    let backlog = table::backlog(db).await?;
    let Backlog { waiting, running, dead, due_at, events, told_at } = backlog;
    for (state, count) in [("waiting", waiting), ("running", running), ("dead", dead)] {
        gauge!(STATES, "state" => state).set(count as f64);
    }
    let age = |since: Option<i64>| since.map_or(0.0, |at| (now.millis() - at).max(0) as f64 / 1_000.0);
    gauge!(OVERDUE).set(age(due_at));
    gauge!(EVENTS).set(events as f64);
    gauge!(OLDEST).set(age(told_at));
    Ok(())
}
