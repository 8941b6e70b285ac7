//! Drives two servers to saturation while Redis, connections to Postgres and a server are
//! killed, and holds every answer against what is known.

mod checks;
mod client;
mod cluster;
mod faults;
mod memory;
mod pages;
mod run;
mod streams;
mod tally;
mod writes;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{ScopedJoinHandle, scope};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use qun_tests::stage::crowd::{GROUP, populate, week_before};
use qun_tests::stage::http::Connection;
use qun_tests::stage::postgres::{Database, Postgres};
use qun_tests::stage::qun::Qun;
use serde_json::Value;

use cluster::Cluster;
use pages::Page;
use run::Run;
use streams::Reader;
use tally::Tally;

/// Readers of pages: more than the machine has cores for.
const PAGE_READERS: usize = 6;
/// Writers of each other kind.
const WRITERS: usize = 2;

/// Load two servers, break what they stand on, and find a wrong answer.
#[derive(Debug, Parser)]
struct Args {
    /// How long.
    #[arg(long, value_name = "N", default_value_t = 15.0)]
    minutes: f64,
    /// A Postgres log-in that may do everything.
    #[arg(long, value_name = "URL", env = "QUN_BENCH_POSTGRES_URL")]
    postgres_url: String,
    /// The release binary.
    #[arg(long, value_name = "FILE", env = "QUN_BENCH_BINARY", default_value = "target/release/qun")]
    binary: PathBuf,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let (qun, postgres) = (Qun::new(args.binary), Postgres::new(args.postgres_url));
    let scratch = tempfile::tempdir()?;
    let database = postgres.database("load")?;
    let stage = Stage::set(&qun, &database, scratch.path())?;
    let cluster = Cluster::start(&qun, &database)?;
    let pages = pages::known(&cluster)?;
    let (group, last) = stage.ask(&cluster)?;

    let lasts = Duration::from_secs_f64(args.minutes * 60.0);
    let end = Instant::now() + lasts;
    let run = Run { cluster: &cluster, tally: Tally::default(), end, is_closed: AtomicBool::new(false) };
    eprintln!("the run has begun");
    let memory = drive(&run, &stage, &pages, &group, &last)?;
    let memory = memory::report(&run, &memory);
    let state = checks::state(&run)?;
    println!("{}\n{memory}\n{state}", run.tally.report(lasts));
    let wrong = run.tally.wrong_answers();
    println!("{wrong} wrong");
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is there before the run.
struct Stage {
    token: String,
    week: String,
    /// Before which all rows are, in milliseconds since the epoch.
    midnight: i64,
}

impl Stage {
    fn set(qun: &Qun, database: &Database, scratch: &Path) -> Result<Self> {
        populate(qun, database, scratch, &pages::ORGS, pages::MEMBERS)?;
        let week = week_before(database, 1)?;
        for org in pages::ORGS {
            let weeks = ["--group", GROUP, "--from", &week, "--to", &week];
            qun.run(database.url(), &[&["tiers", "evaluate", "--org", org][..], &weeks].concat())?;
        }
        qun.found(database.url(), writes::ORG)?;
        let day = database.run("SELECT date_trunc('week', current_date)::date - 3")?;
        let mut rows = format!(
            r#"{{"id":"w","kind":"message","ts":"{day}T08:00:00Z","group":"{}","user":"w","text":"hello"}}"#,
            writes::WEEKLY
        );
        for group in 0..writes::GROUPS {
            let ts = "2026-01-05T08:00:00Z";
            rows += &format!(
                "\n{{\"id\":\"open{group}\",\"kind\":\"join\",\"ts\":\"{ts}\",\"group\":\"g{group}\",\"user\":\"w\"}}"
            );
        }
        let file = scratch.join("live.ndjson");
        std::fs::write(&file, rows)?;
        let file = file.to_str().context("the path of scratch files is no UTF-8")?;
        qun.run(
            database.url(),
            &["import", "--org", writes::ORG, "--platform", "other", "--time-zone", "UTC", file],
        )?;
        let midnight =
            database.run("SELECT extract(epoch FROM date_trunc('day', now()))::bigint * 1000")?.parse()?;
        Ok(Self { token: qun.token(database.url(), writes::ORG)?, week, midnight })
    }

    /// The id of the group that is evaluated, and of the last event before the run.
    fn ask(&self, cluster: &Cluster<'_>) -> Result<(String, String)> {
        let query = format!(
            r#"{{"query":"{{ group(name: \"{}\") {{ id }} organization {{ lastEventId }} }}"}}"#,
            writes::WEEKLY
        );
        let mut connection = Connection::open(cluster.address(0))?;
        let answer = connection.post(&self.token, "/graphql", "application/json", query.as_bytes())?;
        let answer: Value = serde_json::from_slice(&answer)?;
        let text = |value: &Value| {
            value.as_str().map(str::to_owned).with_context(|| format!("not as it was: {answer}"))
        };
        Ok((text(&answer["data"]["group"]["id"])?, text(&answer["data"]["organization"]["lastEventId"])?))
    }
}

/// The run, to the last check of what it wrote; the memory meanwhile.
fn drive(
    run: &Run<'_>,
    stage: &Stage,
    pages: &[Page],
    group: &str,
    last: &str,
) -> Result<[Vec<(f64, f64)>; cluster::SERVERS]> {
    let joins = [Reader::of(streams::MEMBERSHIPS), Reader::of(streams::MEMBERSHIPS)];
    let weeks = Reader::of(streams::EVALUATIONS);
    let token = &*stage.token;
    scope(|scope| {
        for (server, reader) in joins.iter().chain([&weeks]).enumerate() {
            scope.spawn(move || reader.follow(run, token, last.to_owned(), server));
        }
        for reader in 0..PAGE_READERS {
            scope.spawn(move || pages::read(run, pages, reader));
        }
        let memory = scope.spawn(|| memory::watch(run));
        let faults = scope.spawn(|| faults::inject(run));
        let evaluations = scope.spawn(move || writes::evaluations(run, token, group, &stage.week));
        let writers = std::array::from_fn::<_, WRITERS, _>(|writer| {
            scope.spawn(move || writes::sessions(run, writer));
            let rows = scope.spawn(move || writes::rows(run, token, stage.midnight, writer));
            (rows, scope.spawn(move || writes::communities(run, token, writer)))
        });

        let (mut batches, mut newcomers, mut told) = (0, Vec::new(), Vec::new());
        for (writer, (rows, communities)) in writers.into_iter().enumerate() {
            let sent = joined(rows)?;
            batches += sent;
            newcomers.extend((0..sent).map(|batch| writes::newcomer(writer, batch)));
            told.push((sent, joined(communities)?));
        }
        let evaluations = joined(evaluations)?;
        checks::events(run, &joins.each_ref(), &newcomers);
        checks::events(run, &[&weeks], &evaluations);
        run.is_closed.store(true, Ordering::Relaxed);
        joined(faults)??;
        eprintln!("{batches} batches, {} evaluations", evaluations.len());
        for (writer, (sent, ids)) in told.iter().enumerate() {
            checks::rows(run, writer, *sent)?;
            checks::communities(run, writer, ids)?;
        }
        checks::messages(run, batches)?;
        joined(memory)
    })
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> Result<T> {
    thread.join().map_err(|_| anyhow!("a thread of the load ended early"))
}
