use std::process::ExitCode;

use anyhow::Context;

use crate::settings::Settings;

/// Bring the database up to date
///
/// `serve` and every other command do so by themselves; this one is for those who want
/// it done beforehand. Run by many at once, it is done once. On Postgres the log-in of
/// the URL creates the roles qun_owner, qun_app and qun_system where they are missing.
///
/// Example: qun migrate --database-url postgres://qun@db.example/qun
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
pub(super) struct Args {}

pub(super) async fn run(settings: &Settings, _: Args) -> anyhow::Result<ExitCode> {
    let url = &settings.database_url;
    qun_infra::db::migrate(url.expose()).await.with_context(|| format!("cannot migrate {url}"))?;
    println!("{url} is up to date");
    Ok(ExitCode::SUCCESS)
}
