//! `jobs.tiering`: a week of a large group, against a sequential scan of the roll-up rows that
//! it has to read.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use qun_tests::stage::crowd::{GROUP, populate, week_before};
use qun_tests::stage::postgres::{Database, Postgres};
use qun_tests::stage::qun::{ORG, Qun};

use crate::report::Row;

const ROUNDS: usize = 2;

/// What one size of group takes.
struct Measured {
    members: u64,
    rollups: u64,
    first: Duration,
    second: Duration,
    scan: Duration,
    /// COPY of the scorecards of a week into their emptied table.
    write: Duration,
    /// KiB.
    peak: u64,
}

pub(crate) fn measure(qun: &Qun, postgres: &Postgres, scratch: &Path, sizes: &[u64]) -> Result<Row> {
    let measured = sizes
        .iter()
        .map(|members| measure_one(qun, postgres, scratch, *members))
        .collect::<Result<Vec<_>>>()?;
    let largest = measured.last().context("no size is asked for")?;
    let mut note =
        "an evaluation that stands on the one before, by `qun tiers evaluate`, against one process's \
                    sequential scan of the 90 days of member_day that the week is made of"
            .to_owned();
    for one in &measured {
        note += &format!(
            "; {} members ({} roll-up rows): first week {:.2} s with the start of the process, second {:.2} s, \
             scan {:.2} s (ratio {:.2}), COPY of the week's scorecards alone {:.2} s, peak {:.0} MiB = {:.2} KiB a member",
            one.members,
            one.rollups,
            one.first.as_secs_f64(),
            one.second.as_secs_f64(),
            one.scan.as_secs_f64(),
            one.scan.as_secs_f64() / one.second.as_secs_f64(),
            one.write.as_secs_f64(),
            one.peak as f64 / 1024.0,
            one.peak as f64 / one.members as f64,
        );
    }
    let (ours, limit) = (largest.second.as_secs_f64(), largest.scan.as_secs_f64());
    Ok(Row::cost("jobs.tiering", "s", ours, limit, 0.33, note))
}

fn measure_one(qun: &Qun, postgres: &Postgres, scratch: &Path, members: u64) -> Result<Measured> {
    let database = postgres.database("tiering")?;
    populate(qun, &database, scratch, &[ORG], members)?;
    let (before, last) = (week_before(&database, 2)?, week_before(&database, 1)?);
    let command = ["tiers", "evaluate", "--org", ORG, "--group", GROUP, "--from", &before, "--to", &last];
    let mut best = Measured {
        members,
        rollups: database.run(&format!("SELECT count(*) {ROLLUPS}"))?.parse()?,
        first: Duration::MAX,
        second: Duration::MAX,
        scan: Duration::MAX,
        write: Duration::MAX,
        peak: 0,
    };
    for _ in 0..ROUNDS {
        best.scan = best.scan.min(scan(&database)?);
        let (steps, peak) = qun.steps(database.url(), &command)?;
        let [one, both] = steps[..] else { anyhow::bail!("{} weeks were evaluated, not two", steps.len()) };
        best.first = best.first.min(one);
        best.second = best.second.min(both.saturating_sub(one));
        best.peak = best.peak.max(peak);
    }
    best.write = write(&database, scratch)?;
    Ok(best)
}

/// The roll-ups of the 90 days before the end of the last week.
const ROLLUPS: &str = "FROM member_day
    WHERE group_id = (SELECT id FROM chat_group WHERE name = 'crowd')
      AND day < date_trunc('week', now())::date AND day >= date_trunc('week', now())::date - 90";

fn scan(database: &Database) -> Result<Duration> {
    database.time(&format!(
        "SET max_parallel_workers_per_gather = 0; SET enable_indexscan = off; SET enable_bitmapscan = off;
         SELECT count(*), sum(counted), sum(signs), max(day) {ROLLUPS}"
    ))
}

/// What writing the result takes at the least: the table keeps nothing else afterwards.
fn write(database: &Database, scratch: &Path) -> Result<Duration> {
    let file = scratch.join("scores.copy");
    let file = file.display();
    database.run(&format!(
        "\\copy (SELECT s.* FROM tier_score s JOIN tier_evaluation e ON e.id = s.evaluation_id \
         WHERE e.latest AND e.week = (SELECT max(week) FROM tier_evaluation) ORDER BY s.person_id) TO '{file}'"
    ))?;
    database.run("TRUNCATE tier_score")?;
    database.time(&format!("\\copy tier_score FROM '{file}'"))
}
