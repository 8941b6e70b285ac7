use std::process::ExitCode;

use clap::Subcommand;
use qun_domain::groups::Name;
use qun_domain::tenancy::Slug;
use qun_domain::time::Week;

use super::scope::{NamedScope, OrgArgs, RequiredScopeArgs};
use crate::settings::Settings;

/// Print what was computed as NDJSON, for spreadsheets and checks.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    org: OrgArgs,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Activity(Activity),
    Tiers(Tiers),
}

/// Print {"day", "messages", "speakers"} for each day of the group's time zone.
///
/// Example: qun export --org acme activity --group Garden
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct Activity {
    /// The group
    #[arg(long, value_name = "NAME")]
    group: Name,
}

/// Print one row for each member and week: tier, score, flags and reasons.
///
/// Example: qun export --org acme tiers --group Garden --week 2026-W07
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct Tiers {
    #[command(flatten)]
    scope: RequiredScopeArgs,
    /// One week instead of all
    #[arg(long, value_name = "WEEK")]
    week: Option<Week>,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let Args { org: OrgArgs { org }, what } = args;
    match what {
        What::Activity(Activity { group }) => activity(settings, &org, group).await,
        What::Tiers(Tiers { scope, week }) => tiers(settings, &org, scope.into(), week).await,
    }
}

async fn activity(settings: &Settings, org: &Slug, group: Name) -> anyhow::Result<ExitCode> {
    anyhow::bail!("export activity is not built in yet ({org} {group:?}, {})", settings.database_url)
}

async fn tiers(settings: &Settings, org: &Slug, scope: NamedScope, week: Option<Week>) -> anyhow::Result<ExitCode> {
    anyhow::bail!("export tiers is not built in yet ({org} {scope:?} {week:?}, {})", settings.database_url)
}
