use std::time::Duration;

use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use qun_domain::jobs::{Due, Schedule, retry_after};
use tracing::{Instrument, error, info, info_span, warn};

use super::table::{self, Claimed, JobRow};
use super::{backlog, work};
use crate::clock::Clock;
use crate::db::{Db, Writer};

/// How long a claim holds without being renewed, in milliseconds.
const LEASE: i64 = 5 * 60_000;

/// How often a claim is renewed while its job runs.
const RENEW: Duration = Duration::from_mins(1);

/// What a round of work came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Jobs that were done.
    pub done: u32,
    /// Jobs that failed.
    pub failed: u32,
}

/// Plans and runs what is due. Any number of processes may do so at once.
#[derive(Clone, Debug)]
pub struct Jobs {
    db: Db,
    clock: Clock,
    writer: Writer,
}

impl Jobs {
    /// Jobs over the writer's database.
    pub fn new(writer: Writer) -> Self {
        Self { db: writer.db().clone(), clock: writer.clock().clone(), writer }
    }

    /// Adds the periods that are due and not known, also those that were missed.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn plan(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        let mut due: Vec<(OrgId, Due)> = Vec::new();
        for (org, calendar, zones) in table::calendars(&self.db).await? {
            let (by_zone, by_org): (Vec<_>, Vec<_>) =
                Schedule::ALL.into_iter().partition(|schedule| schedule.is_by_zone());
            let due_in = |schedules: Vec<Schedule>, zone| {
                let all = schedules.into_iter().filter_map(move |one| one.latest_due(calendar, zone, now));
                all.map(move |due| (org, due))
            };
            due.extend(due_in(by_org, calendar));
            for zone in zones.iter().filter_map(|zone| zone.parse().ok()) {
                due.extend(due_in(by_zone.clone(), zone));
            }
        }
        table::plan(&self.db, &due, now).await
    }

    /// Plans, then works until nothing is due.
    ///
    /// # Errors
    /// A fault when the job table fails; a failing job is no fault but is tried again.
    pub async fn run_due(&self) -> Result<Ran, Fault> {
        self.plan().await?;
        let mut ran = Ran::default();
        while let Some(job) = table::claim(&self.db, self.clock.now(), LEASE).await? {
            if self.run_one(&job).await? {
                ran.done += 1;
            } else {
                ran.failed += 1;
            }
        }
        Ok(ran)
    }

    /// Tells the metrics what waits.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn tell_backlog(&self) -> Result<(), Fault> {
        backlog::tell(&self.db, self.clock.now()).await
    }

    /// The jobs of an organization, the latest first.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn history(&self, org: OrgId, limit: u32) -> Result<Vec<JobRow>, Fault> {
        table::history(&self.db, org, limit).await
    }

    async fn run_one(&self, job: &Claimed) -> Result<bool, Fault> {
        let span = info_span!("job", name = job.schedule.code(), org.id = %job.org, period = job.period);
        async {
            let outcome = tokio::select! {
                outcome = work::run(&self.writer, job) => outcome,
                lost = self.keep_lease(job) => Err(lost),
            };
            let now = self.clock.now();
            match outcome {
                Ok(()) => {
                    info!("job done");
                    metrics::counter!(backlog::DONE, "schedule" => job.schedule.code()).increment(1);
                    table::done(&self.db, job, now).await
                }
                Err(fault) => {
                    let again = retry_after(job.attempts).map(|wait| now.plus_millis(wait));
                    error!(fault = fault.chain(), dead = again.is_none(), "job failed");
                    metrics::counter!(backlog::FAILED, "schedule" => job.schedule.code()).increment(1);
                    table::failed(&self.db, job, &fault.chain(), again, now).await?;
                    Ok(false)
                }
            }
        }
        .instrument(span)
        .await
    }

    /// Renews the lease for ever; ends only when the job is another worker's.
    async fn keep_lease(&self, job: &Claimed) -> Fault {
        loop {
            tokio::time::sleep(RENEW).await;
            match table::renew(&self.db, job, self.clock.now().plus_millis(LEASE)).await {
                Ok(true) => {}
                Ok(false) => return Fault::new("another worker took the job over"),
                Err(fault) => warn!(fault = fault.chain(), "a lease was not renewed"),
            }
        }
    }
}
