use std::process::ExitCode;

use crate::app::App;
use crate::graphql::Executor;
use crate::http;
use crate::settings::Settings;

/// Serve GraphQL and ingestion over HTTP, and run the scheduled jobs
///
/// Migrates the database first. Prints a line `listening on http://ADDRESS` to the log
/// when it is ready. SIGTERM or SIGINT makes /readyz answer 503, lets what is running
/// end, and stops within shutdown_seconds.
///
///   /               GraphiQL, to try queries in the browser
///   /graphql        GraphQL (GET for queries, POST for everything)
///   /v1/interactions  NDJSON rows in
///   /livez /readyz  for orchestrators     /metrics  for Prometheus
///
/// Example: qun serve --listen 0.0.0.0:8080 --database-url postgres://qun@db.example/qun
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
pub(super) struct Args {}

pub(super) async fn run(settings: &Settings, _: Args) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    http::serve(settings, &app, Executor::new(app.clone()), None).await?;
    Ok(ExitCode::SUCCESS)
}
