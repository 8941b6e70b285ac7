//! What goes wrong meanwhile, one thing at a time.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::run::Run;

const SECOND: Duration = Duration::from_secs(1);
/// How long a Redis or a server is away.
const OUTAGE: Duration = Duration::from_secs(3);
/// The server that is killed; the other one lives through the whole run.
const VICTIM: usize = 1;

/// Two connections to Postgres are ended each five seconds, Redis is killed each minute, a server after a third
/// of the run and again after two.
pub(crate) fn inject(run: &Run<'_>) -> Result<()> {
    let begun = Instant::now();
    let lasts = run.end.saturating_duration_since(begun);
    let mut kills = vec![lasts * 2 / 3, lasts / 3];
    let (mut connections, mut redis) = (5 * SECOND, 30 * SECOND);
    // Nothing is away when the run ends.
    while begun.elapsed() + 2 * OUTAGE < lasts {
        let elapsed = begun.elapsed();
        if kills.last().is_some_and(|at| elapsed >= *at) {
            kills.pop();
            run.tally.during("a server killed with -9, and back", || {
                run.cluster.kill_server(VICTIM);
                sleep(OUTAGE);
                run.cluster.start_server(VICTIM)
            })?;
        } else if elapsed >= redis {
            redis += 60 * SECOND;
            run.tally.during("Redis killed, and back empty", || {
                run.cluster.kill_redis()?;
                sleep(OUTAGE);
                run.cluster.start_redis()
            })?;
        } else if elapsed >= connections {
            connections += 5 * SECOND;
            run.tally.during("two connections to Postgres ended", || run.cluster.database.run(DROP))?;
        }
        sleep(SECOND / 10);
    }
    Ok(())
}

/// Rather those that are at work.
const DROP: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  ORDER BY random() + (CASE WHEN state = 'idle' THEN 0.5 ELSE 0 END) LIMIT 2";
