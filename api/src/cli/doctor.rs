use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;

use qun_infra::clock::Clock;
use qun_infra::doctor::{Finding, Level, examine_database, examine_redis};
use serde_json::json;

use super::REFUSED;
use crate::settings::{Flags, Settings};

/// Look the installation over, and say what to do
///
/// Settings, database, roles and row-level security, migrations, clocks, signing keys,
/// jobs, Redis and the address to listen on. Nothing is changed: no migration runs, no
/// file is made. One line a check: ok, warning or problem; under what is not ok stands
/// what to do about it.
///
/// Exit code 0 without a problem (warnings are none), 1 with one.
///
/// Example: qun doctor
/// Example: qun doctor --json --database-url postgres://qun@db.example/qun
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
pub(super) struct Args {
    /// Print one JSON object instead
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(flags: &Flags, args: Args) -> anyhow::Result<ExitCode> {
    let found = match Settings::load(flags) {
        Ok(settings) => examine(&settings, &Clock::System).await,
        Err(error) => error.problems().iter().map(|problem| wrong_setting(problem)).collect(),
    };
    if args.json {
        print_json(&found);
    } else {
        print(&found);
    }
    Ok(match worst(&found) {
        Level::Problem => REFUSED.into(),
        Level::Ok | Level::Warning => ExitCode::SUCCESS,
    })
}

fn wrong_setting(problem: &str) -> Finding {
    Finding::problem("settings", problem, "README.md, \"Configuration\", lists them.")
}

async fn examine(settings: &Settings, clock: &Clock) -> Vec<Finding> {
    let Settings { database_url, redis_url, listen, .. } = settings;
    let redis = redis_url.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    let mut found = vec![Finding::ok(
        "settings",
        format_args!("database {database_url}, Redis {redis}, listening on {listen}"),
    )];
    found.extend(examine_database(database_url.expose(), clock).await);
    match redis_url {
        Some(url) => found.extend(examine_redis(url.expose(), clock).await),
        None => found.push(Finding::ok("redis", "not configured; one server needs none")),
    }
    found.push(address(*listen));
    found
}

/// Whether a server that starts now could listen.
fn address(listen: SocketAddr) -> Finding {
    const CHECK: &str = "listen";
    match TcpListener::bind(listen) {
        Ok(_) => Finding::ok(CHECK, format_args!("{listen} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Finding::warning(
            CHECK,
            format_args!("{listen} is in use"),
            "That is well if it is by the server of this installation; otherwise set listen.",
        ),
        Err(error) => Finding::problem(
            CHECK,
            format_args!("{listen} cannot be listened on: {error}"),
            "Set listen to an address of this machine and a port that this user may take.",
        ),
    }
}

fn worst(found: &[Finding]) -> Level {
    found.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok)
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Ok => "ok",
        Level::Warning => "warning",
        Level::Problem => "problem",
    }
}

fn print(found: &[Finding]) {
    let width = found.iter().map(|finding| finding.check.len()).max().unwrap_or_default();
    for Finding { check, level, message, advice } in found {
        println!("{:<8} {check:<width$}  {message}", word(*level));
        if let Some(advice) = advice {
            println!("{:<8} {:<width$}  -> {advice}", "", "");
        }
    }
    let counted = |level, one: &str| {
        let count = found.iter().filter(|finding| finding.level == level).count();
        format!("{count} {one}{}", if count == 1 { "" } else { "s" })
    };
    println!("{}, {}", counted(Level::Problem, "problem"), counted(Level::Warning, "warning"));
}

fn print_json(found: &[Finding]) {
    println!("{}", json!({ "status": word(worst(found)), "findings": found }));
}
