use std::process::ExitCode;

use clap::Subcommand;
use qun_domain::groups::Scope;
use qun_domain::tiering::WeekOutcome;
use qun_domain::time::Week;
use qun_infra::tiering::{RunProblem, WeekRun, evaluate_weeks, every_scope};

use super::refused;
use super::scope::{NamedScope, Opened, OrgArgs, ScopeArgs, or_refuse};
use crate::app::{App, fault};
use crate::settings::Settings;

/// Evaluate member tiers.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Evaluate(Evaluate),
}

/// Evaluate ISO weeks in order
///
/// Without --group and --community every group and community of the organization is
/// evaluated. Without --from the first week that has data is the first, without --to
/// the week that ended last is the last. A week that was evaluated before gets a further
/// revision, and so does every later one, because it stands on the ones before it.
///
/// Example: qun tiers evaluate --org acme --group Garden --from 2015-W01 --to 2015-W53
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct Evaluate {
    #[command(flatten)]
    org: OrgArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    /// The first week
    #[arg(long, value_name = "WEEK")]
    from: Option<Week>,
    /// The last week
    #[arg(long, value_name = "WEEK")]
    to: Option<Week>,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let Verb::Evaluate(args) = args.verb;
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Ok(refused(format_args!("--from {from} is after --to {to}")));
    }
    evaluate(settings, args).await
}

async fn evaluate(settings: &Settings, args: Evaluate) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    let opened = or_refuse!(Opened::open(&app, &args.org.org).await?);
    let scopes = match or_refuse!(opened.find(&NamedScope::from(args.scope)).await?) {
        Scope::Organization => every_scope(&opened.read).await.map_err(fault)?,
        scope => vec![scope],
    };
    for scope in scopes {
        let tell = |run: &WeekRun| match &run.outcome {
            WeekOutcome::NoData => println!("{scope} {} NO_DATA", run.week),
            WeekOutcome::Evaluated(week) => {
                println!("{scope} {} members {} revision {}", run.week, week.members, week.revision);
            }
        };
        match evaluate_weeks(&app.writer, &opened.scope, scope, args.from, args.to, tell).await {
            Ok(_) => {}
            Err(RunProblem::NotEnded(week)) => {
                return Ok(refused(format_args!("{week} has not ended in {scope}")));
            }
            Err(RunProblem::NoSuchScope) => return Ok(refused(format_args!("there is no {scope}"))),
            Err(RunProblem::Forbidden) => return Ok(refused("the operator may not evaluate tiers")),
            Err(RunProblem::Fault(broken)) => return Err(fault(broken)),
        }
    }
    Ok(ExitCode::SUCCESS)
}
