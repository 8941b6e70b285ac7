//! The command line: argument structs, dispatch, printing and exit codes. What a
//! command does is done by the same use cases as over HTTP.

mod account;
mod audit;
mod demo;
mod doctor;
mod errors;
mod export;
mod import;
mod import_staff;
mod keys;
mod migrate;
mod move_to;
mod org;
mod password;
mod policy;
mod recompute;
mod roles;
mod schema;
mod scope;
mod serve;
#[cfg(test)]
mod tests;
mod tiers;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use qun_infra::outgoing::settle_on_tls;

use crate::settings::{Flags, Settings};
use crate::telemetry::{self, Traces};

/// Something was done, but part of it was refused.
const REFUSED: u8 = 1;
/// The command line or the settings are wrong; nothing was done.
const USAGE: u8 = 2;
/// Something broke that the caller did not cause.
const FAULT: u8 = 3;

const EXAMPLES: &str = "\
Begin here:
  qun demo                                        a demo organization, a server, and what to ask it
  qun org create --slug acme --name Acme --time-zone Asia/Shanghai --owner-email owner@acme.example
  qun import --org acme --platform telegram result.json
  qun tiers evaluate --org acme --from 2026-W01 --to 2026-W07
  qun serve

Exit codes: 0 done · 1 done, but something was refused · 2 wrong command line or settings · 3 fault";

/// Group operations: who the core members of a chat community are, and why.
#[derive(Debug, Parser)]
#[command(
    name = "qun",
    version,
    long_about = "Qun runs an organization's chat communities: chat logs go in, weekly member tiers that can be \
                  explained come out over GraphQL. One binary; with nothing installed it keeps its facts in an \
                  SQLite file, and it grows to many servers on Postgres and Redis by two settings.",
    after_long_help = EXAMPLES,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Migrate(migrate::Args),
    Demo(demo::Args),
    Import(import::Args),
    ImportStaff(import_staff::Args),
    Token(token::Args),
    Schema(schema::Args),
    Errors(errors::Args),
    Roles(roles::Args),
    Tiers(tiers::Args),
    Recompute(recompute::Args),
    Policy(policy::Args),
    Export(export::Args),
    Org(org::Args),
    Account(account::Args),
    Keys(keys::Args),
    Audit(audit::Args),
    Doctor(doctor::Args),
    Move(move_to::Args),
}

/// Runs the command line of this process.
///
/// The runtime is begun here and not in the binary: a future is compiled where it is first run, and
/// this one is most of Qun.
#[tokio::main]
pub async fn main() -> ExitCode {
    let Cli { flags, command } = Cli::parse();
    // These depend on nothing but the binary: no setting can be in their way.
    let command = match command {
        Command::Schema(args) => return ended(schema::run(args)),
        Command::Errors(args) => return ended(errors::run(args)),
        Command::Roles(args) => return ended(roles::run(args)),
        command => command,
    };
    // Wrong settings are among what it looks for.
    if let Command::Doctor(args) = command {
        return ended(doctor::run(&flags, args).await);
    }
    settle_on_tls();
    let settings = match Settings::load(&flags) {
        Ok(settings) => settings,
        Err(error) => return wrongly_used(error),
    };
    let serves =
        matches!(command, Command::Serve(_)) || matches!(&command, Command::Demo(args) if args.serves());
    let traces = settings.otlp_endpoint.as_deref().filter(|_| serves).map(Traces::to).transpose();
    let traces = match traces {
        Ok(traces) => traces,
        Err(error) => return ended(Err(error)),
    };
    telemetry::log(&settings, serves, traces.as_ref());
    let code = ended(run(&flags, &settings, command).await);
    if let Some(traces) = traces {
        traces.end().await;
    }
    code
}

async fn run(flags: &Flags, settings: &Settings, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(settings, args).await,
        Command::Migrate(args) => migrate::run(settings, args).await,
        Command::Demo(args) => demo::run(settings, args).await,
        Command::Import(args) => import::run(settings, args).await,
        Command::ImportStaff(args) => import_staff::run(settings, args).await,
        Command::Token(args) => token::run(settings, args).await,
        Command::Schema(args) => schema::run(args),
        Command::Errors(args) => errors::run(args),
        Command::Roles(args) => roles::run(args),
        Command::Tiers(args) => tiers::run(settings, args).await,
        Command::Recompute(args) => recompute::run(settings, args).await,
        Command::Policy(args) => policy::run(settings, args).await,
        Command::Export(args) => export::run(settings, args).await,
        Command::Org(args) => org::run(settings, args).await,
        Command::Account(args) => account::run(settings, args).await,
        Command::Keys(args) => keys::run(settings, args).await,
        Command::Audit(args) => audit::run(settings, args).await,
        Command::Doctor(args) => doctor::run(flags, args).await,
        Command::Move(args) => move_to::run(settings, args).await,
    }
}

/// The exit code; what broke is told with everything beneath it.
fn ended(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        FAULT.into()
    })
}

/// Says why something was refused.
fn refused(why: impl std::fmt::Display) -> ExitCode {
    eprintln!("{why}");
    REFUSED.into()
}

/// Says what is wrong with the command line or the settings.
fn wrongly_used(why: impl std::fmt::Display) -> ExitCode {
    eprintln!("{why}");
    USAGE.into()
}
