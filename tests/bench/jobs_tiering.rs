//! `jobs.tiering`: a week of a large group, against a sequential scan of the roll-up rows that
//! it has to read.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::postgres::{Database, Postgres};
use crate::qun::{ORG, Qun};
use crate::report::Row;

const GROUP: &str = "crowd";
const ROUNDS: usize = 2;

/// What one size of group takes.
struct Measured {
    members: u64,
    rollups: u64,
    first: Duration,
    second: Duration,
    scan: Duration,
    /// KiB.
    peak: u64,
}

pub(crate) fn measure(qun: &Qun, postgres: &Postgres, scratch: &Path, sizes: &[u64]) -> Result<Row> {
    let measured = sizes
        .iter()
        .map(|members| measure_one(qun, postgres, scratch, *members))
        .collect::<Result<Vec<_>>>()?;
    let largest = measured.last().context("no size is asked for")?;
    let mut note = "an evaluation that stands on the one before, by `qun tiers evaluate`, against one process's \
                    sequential scan of the 90 days of member_day that the week is made of"
        .to_owned();
    for one in &measured {
        note += &format!(
            "; {} members ({} roll-up rows): first week {:.2} s with the start of the process, second {:.2} s, \
             scan {:.2} s (ratio {:.2}), peak {:.0} MiB = {:.2} KiB a member",
            one.members,
            one.rollups,
            one.first.as_secs_f64(),
            one.second.as_secs_f64(),
            one.scan.as_secs_f64(),
            one.scan.as_secs_f64() / one.second.as_secs_f64(),
            one.peak as f64 / 1024.0,
            one.peak as f64 / one.members as f64,
        );
    }
    let (ours, limit) = (largest.second.as_secs_f64(), largest.scan.as_secs_f64());
    Ok(Row::cost("jobs.tiering", "s", ours, limit, 0.33, note))
}

fn measure_one(qun: &Qun, postgres: &Postgres, scratch: &Path, members: u64) -> Result<Measured> {
    let database = postgres.database("tiering")?;
    qun.found(database.url(), ORG)?;
    populate(qun, &database, scratch, members)?;
    // Two weeks that have ended: the second stands on the first.
    let weeks = database.run(
        r#"SELECT to_char(now() - interval '14 days', 'IYYY-"W"IW') || ' ' || to_char(now() - interval '7 days', 'IYYY-"W"IW')"#,
    )?;
    let (first, second) = weeks.split_once(' ').context("no weeks")?;
    let command = ["tiers", "evaluate", "--org", ORG, "--group", GROUP, "--from", first, "--to", second];
    let mut best = Measured {
        members,
        rollups: database.run(&format!("SELECT count(*) {ROLLUPS}"))?.parse()?,
        first: Duration::MAX,
        second: Duration::MAX,
        scan: Duration::MAX,
        peak: 0,
    };
    for _ in 0..ROUNDS {
        best.scan = best.scan.min(scan(&database)?);
        let (steps, peak) = qun.steps(database.url(), &command)?;
        let [one, both] = steps[..] else { anyhow::bail!("{} weeks were evaluated, not two", steps.len()) };
        best.first = best.first.min(one);
        best.second = best.second.min(both - one);
        best.peak = best.peak.max(peak);
    }
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

/// Members of a group, two in five active on ten of the last 91 days, the others on none to two.
///
/// One imported message makes the group and tells the key under which its days are counted.
fn populate(qun: &Qun, database: &Database, scratch: &Path, members: u64) -> Result<()> {
    let file = scratch.join("crowd.ndjson");
    let day = database.run("SELECT current_date - 120")?;
    std::fs::write(
        &file,
        format!(r#"{{"id":"1","kind":"message","ts":"{day}T08:00:00Z","group":"{GROUP}","user":"u","text":"hello"}}"#),
    )?;
    let file = file.to_str().context("the path of scratch files is no UTF-8")?;
    qun.run(database.url(), &["import", "--org", ORG, "--platform", "other", "--time-zone", "UTC", file])?;
    database.run(&POPULATION.replace("{members}", &members.to_string()))?;
    database.run("VACUUM ANALYZE")?;
    Ok(())
}

const POPULATION: &str = "
CREATE TEMP TABLE one AS SELECT g.org_id, g.id AS group_id, d.counted_under
  FROM chat_group g JOIN member_day d ON d.group_id = g.id;
CREATE TEMP TABLE crowd AS SELECT n, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
  FROM generate_series(1, {members}) n;
INSERT INTO person (org_id, id, created_at)
  SELECT org_id, id, 1700000000000 FROM one, crowd ORDER BY n;
INSERT INTO membership (org_id, group_id, person_id, joined_at, began_at, join_observed, began_observed, sequence)
  SELECT org_id, group_id, id, joined, joined, true, true, 0
  FROM one, crowd, LATERAL (SELECT (extract(epoch FROM current_date - 110 - (n % 200)::integer) * 1000)::bigint AS joined) j
  ORDER BY n;
INSERT INTO member_day (org_id, group_id, day, person_id, messages, counted, counted_under, presence, signs,
                        last_counted_at, last_message_at)
  SELECT org_id, group_id, day, id, messages, LEAST(messages, 20), counted_under, messages, messages, at, at
  FROM one, (
    SELECT n, id, current_date - 1 - (k * 9 + (n * 7 + k * 5) % 9)::integer AS day, 1 + (n * 13 + k * 31) % 17 AS messages
    FROM crowd, generate_series(0, CASE WHEN n % 5 < 2 THEN 9 ELSE n % 3 - 1 END) k
  ) active, LATERAL (SELECT (extract(epoch FROM day) * 1000)::bigint + 36000000 AS at) t
  ORDER BY day, n;
INSERT INTO group_day (org_id, group_id, day, messages, speakers, presence)
  SELECT m.org_id, m.group_id, m.day, sum(messages), count(*), sum(presence) FROM member_day m, one
  WHERE m.day > current_date - 100 GROUP BY 1, 2, 3";
