use std::process::ExitCode;

use super::scope::OrgArgs;
use crate::settings::Settings;

/// Print an access token and nothing else.
///
/// For scripts and for trying things out: no password is asked, whoever may read the
/// database may do this.
///
/// Example: curl -H "Authorization: Bearer $(qun token --org acme --email owner@acme.example)" …
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    pub org: OrgArgs,
    /// Whose token
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    /// How long it is good for [default: token_minutes of the settings]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_440))]
    pub minutes: Option<u32>,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("token is not built in yet ({args:?}, {})", settings.database_url)
}
