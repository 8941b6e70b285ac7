//! `write.ingest`: NDJSON over HTTP, de-duplicated and rolled up, against COPY of the same
//! rows into the same table with the same indexes and foreign keys.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use qun_tests::stage::http::Connection;
use qun_tests::stage::postgres::{Database, Postgres};
use qun_tests::stage::qun::{ORG, Qun};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::report::Row;

const GROUPS: usize = 20;
const USERS: usize = 2_000;
const DAYS: u64 = 30;
const DAY: u64 = 86_400_000;
const ROUNDS: usize = 3;

const WORDS: [&str; 16] = [
    "早上好",
    "今天",
    "大家",
    "谢谢",
    "活动",
    "报名",
    "ok",
    "yes",
    "链接",
    "明天",
    "周末",
    "分享",
    "问题",
    "多少",
    "收到",
    "thank you",
];

pub(crate) fn measure(qun: &Qun, postgres: &Postgres, scratch: &Path, rows: usize) -> Result<Row> {
    let seed = postgres.database("ingest_seed")?;
    qun.found(seed.url(), ORG)?;
    let today: u64 =
        seed.run("SELECT extract(epoch FROM date_trunc('day', now()))::bigint * 1000")?.parse()?;
    let begin = today - DAYS * DAY;
    let groups = scratch.join("groups.ndjson");
    std::fs::write(&groups, opening(begin))?;
    let groups = groups.to_str().context("the path of scratch files is no UTF-8")?;
    qun.run(seed.url(), &["import", "--org", ORG, "--platform", "other", "--time-zone", "UTC", groups])?;
    let body = messages(begin, rows);

    let (mut ours, mut limit) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let database = postgres.copy(&seed, "ingest")?;
        ours = ours.min(ingest(qun, database.url(), &body, rows)?);
        limit = limit.min(copy(postgres, &database, scratch)?);
    }
    let sqlite = on_sqlite(qun, scratch, groups, &body, rows)?;

    let rate = |time: Duration| rows as f64 / time.as_secs_f64();
    let note = format!(
        "{rows} messages of {USERS} users in {GROUPS} groups over {DAYS} days, {:.0} MB of NDJSON in one request, \
         against COPY into the same table with its indexes and foreign keys; best of {ROUNDS} alternating \
         rounds; ours on SQLite: {:.0} rows/s",
        body.len() as f64 / 1e6,
        rate(sqlite)
    );
    Ok(Row::rate("write.ingest", "rows/s", rate(ours), rate(limit), 0.4, note))
}

/// Sends the rows to a server of their own; how long its answer takes.
fn ingest(qun: &Qun, database: &str, body: &[u8], rows: usize) -> Result<Duration> {
    let token = qun.token(database, ORG)?;
    let server = qun.serve(database)?;
    let mut connection = Connection::open(server.address())?;
    let begun = Instant::now();
    let answer = connection.post(&token, "/v1/interactions", "application/x-ndjson", body)?;
    let took = begun.elapsed();
    let report: serde_json::Value = serde_json::from_slice(&answer)?;
    ensure!(report["accepted"] == rows, "not all rows were taken: {report}");
    Ok(took)
}

/// Copies the rows that were recorded into the table, emptied, of a copy of the database.
fn copy(postgres: &Postgres, filled: &Database, scratch: &Path) -> Result<Duration> {
    let rows = scratch.join("interaction.copy");
    let rows = rows.display();
    filled.run(&format!("\\copy interaction TO '{rows}'"))?;
    let emptied = postgres.copy(filled, "ingest_copy")?;
    emptied.run("TRUNCATE interaction")?;
    emptied.time(&format!("\\copy interaction FROM '{rows}'"))
}

fn on_sqlite(qun: &Qun, scratch: &Path, groups: &str, body: &[u8], rows: usize) -> Result<Duration> {
    let mut best = Duration::MAX;
    for round in 0..ROUNDS {
        let url = format!("sqlite://{}", scratch.join(format!("ingest-{round}.db")).display());
        qun.found(&url, ORG)?;
        qun.run(&url, &["import", "--org", ORG, "--platform", "other", "--time-zone", "UTC", groups])?;
        best = best.min(ingest(qun, &url, body, rows)?);
    }
    Ok(best)
}

/// A row a group, so that the groups exist.
fn opening(begin: u64) -> String {
    let ts = rfc3339(begin);
    (0..GROUPS).fold(String::new(), |mut rows, group| {
        let _ = writeln!(
            rows,
            r#"{{"id":"open{group}","kind":"join","ts":"{ts}","group":"g{group}","user":"u0"}}"#
        );
        rows
    })
}

/// Messages in order of time, most of them in their author's own group, few authors writing many.
fn messages(begin: u64, rows: usize) -> Vec<u8> {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut times: Vec<u64> = (0..rows).map(|_| begin + random.random_range(0..DAYS * DAY)).collect();
    times.sort_unstable();
    let mut body = String::new();
    for (n, time) in times.into_iter().enumerate() {
        // The lower of two draws: the first users write most.
        let user = random.random_range(0..USERS).min(random.random_range(0..USERS));
        let at_home = random.random_bool(0.8);
        let group = if at_home { user % GROUPS } else { random.random_range(0..GROUPS) };
        let ts = rfc3339(time);
        let _ = write!(
            body,
            r#"{{"id":"m{n}","kind":"message","ts":"{ts}","group":"g{group}","user":"u{user}","name":"用户{user}","text":""#
        );
        for _ in 0..random.random_range(1..12) {
            body.push_str(WORDS[random.random_range(0..WORDS.len())]);
            body.push('，');
        }
        body.push_str("\"}\n");
    }
    body.into_bytes()
}

/// Milliseconds since the epoch as the rows write them.
fn rfc3339(millis: u64) -> String {
    let at = i64::try_from(millis).ok().and_then(chrono::DateTime::from_timestamp_millis).unwrap_or_default();
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
