//! The clock that ticks. It decides nothing: every tick looks at the table.

use std::sync::Arc;

use qun_domain::fault::Fault;
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tracing::{error, warn};

use super::runner::Jobs;

/// Looks for work every minute until the scheduler that is given back is shut down.
///
/// # Errors
/// A fault when the scheduler does not start.
pub async fn start(jobs: Jobs) -> Result<JobScheduler, Fault> {
    tell(&jobs).await;
    let failed = |error: JobSchedulerError| Fault::from_error("starting the scheduler", error);
    let scheduler = JobScheduler::new().await.map_err(failed)?;
    // A tick that finds the one before still at work lets it be.
    let busy = Arc::new(Mutex::new(()));
    let tick = Job::new_async("0 * * * * *", move |_, _| {
        let (jobs, busy) = (jobs.clone(), Arc::clone(&busy));
        Box::pin(async move {
            let Ok(_guard) = busy.try_lock() else { return };
            if let Err(fault) = jobs.run_due().await {
                error!(fault = fault.chain(), "the job table cannot be worked");
            }
            tell(&jobs).await;
        })
    })
    .map_err(failed)?;
    scheduler.add(tick).await.map_err(failed)?;
    scheduler.start().await.map_err(failed)?;
    Ok(scheduler)
}

async fn tell(jobs: &Jobs) {
    if let Err(fault) = jobs.tell_backlog().await {
        warn!(fault = fault.chain(), "the metrics of jobs are not up to date");
    }
}
