use std::process::ExitCode;

use clap::Subcommand;
use qun_domain::time::Week;

use super::refused;
use super::scope::{NamedScope, OrgArgs, ScopeArgs};
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

/// Evaluate ISO weeks in order.
///
/// Without --group and --community every group and community of the organization is
/// evaluated. Without --from the first week that has data is the first, without --to
/// the week that ended last is the last. A week that was evaluated before gets a new
/// revision when something changed.
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
    let scope = NamedScope::from(args.scope);
    anyhow::bail!("tiers evaluate is not built in yet ({} {scope:?}, {})", args.org.org, settings.database_url)
}
