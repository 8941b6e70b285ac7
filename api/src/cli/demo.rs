use std::process::ExitCode;

use crate::settings::Settings;

/// Fill the database with a living demo organization, and serve it
///
/// Prints, one a line, org, email, password and url, and a first query with its answer.
/// The same seed makes the same data; a demo organization that is there already is kept.
///
/// Example: qun demo
/// Example: qun demo --no-serve --seed 7 --database-url sqlite://demo.db
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
pub(super) struct Args {
    /// Only fill the database
    #[arg(long)]
    no_serve: bool,
    /// What the members' behavior is drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Args {
    /// Whether a server follows.
    pub(super) fn serves(&self) -> bool {
        !self.no_serve
    }
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("demo is not built in yet (seed {}, {})", args.seed, settings.database_url)
}
