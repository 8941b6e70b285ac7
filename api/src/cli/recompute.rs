use std::process::ExitCode;

use qun_domain::groups::Name;

use super::scope::OrgArgs;
use crate::settings::Settings;

/// Compute the daily roll-ups again from the interactions themselves
///
/// They are kept up to date as rows come in; this command is for proof and for repair.
/// It says how many days differed.
///
/// Example: qun recompute --org acme --group Garden
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    pub org: OrgArgs,
    /// One group instead of all
    #[arg(long, value_name = "NAME")]
    pub group: Option<Name>,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("recompute is not built in yet ({args:?}, {})", settings.database_url)
}
