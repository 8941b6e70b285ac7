use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use futures_util::FutureExt;
use qun_infra::access::PostOffice;
use qun_infra::audit;
use qun_infra::budget::{Allowance, Budget};
use qun_infra::documents::Texts;
use qun_infra::jobs::{self, Jobs};
use qun_infra::mail::Mailer;
use qun_infra::redis::Redis;

use super::wrongly_used;
use crate::app::{App, fault};
use crate::graphql::{Executor, TrustedDocuments, TrustedError};
use crate::http::{self, RedisProbe};
use crate::settings::Settings;
use crate::telemetry;

/// Serve GraphQL and ingestion over HTTP, and run the scheduled jobs
///
/// Migrates the database first. Prints a line `listening on http://ADDRESS` to the log
/// when it is ready. SIGTERM or SIGINT makes /readyz answer 503, lets what is running
/// end, and stops within shutdown_seconds.
///
///   /               GraphiQL, to try queries in the browser
///   /graphql        GraphQL (GET for queries, POST for everything)
///   /v1/interactions  NDJSON rows in
///   /.well-known/jwks.json  the public keys of access tokens
///   /livez /readyz  for orchestrators     /metrics  for Prometheus
///
/// Example: qun serve --listen 0.0.0.0:8080 --database-url postgres://qun@db.example/qun
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
pub(super) struct Args {}

pub(super) async fn run(settings: &Settings, _: Args) -> anyhow::Result<ExitCode> {
    // Before anything is opened: what is wrong with it is the operator's to mend.
    let trusted = match trusted(settings) {
        Ok(trusted) => trusted,
        Err(error) => return Ok(wrongly_used(error)),
    };
    let app = App::open(settings).await?;
    serve(settings, app, trusted).await
}

/// The documents that are run alone, if the settings name any.
pub(super) fn trusted(settings: &Settings) -> Result<Option<TrustedDocuments>, TrustedError> {
    settings.trusted_documents.as_deref().map(TrustedDocuments::open).transpose()
}

/// Serves, with the job runner beside, until told to stop.
pub(super) async fn serve(
    settings: &Settings,
    mut app: App,
    trusted: Option<TrustedDocuments>,
) -> anyhow::Result<ExitCode> {
    let redis = match &settings.redis_url {
        Some(url) => Some(Redis::connect(url.expose()).await.context("redis-url does not answer")?),
        None => None,
    };
    if let Some(redis) = &redis {
        app.access = app.access.sharing(redis.clone());
    }
    if let Some(route) = &settings.mail_url {
        let mailer = Mailer::new(route, &settings.mail_from)?;
        PostOffice::new(app.access.clone(), mailer, settings.front_url.clone()).open();
    }
    // What the jobs tell of themselves before anybody listens is heard too.
    telemetry::metrics()?;
    app.streams.start(redis.clone());
    audit::start(app.db.clone(), app.clock.clone());
    let mut jobs = jobs::start(Jobs::new(app.writer.clone())).await.map_err(fault)?;
    let allowance = Allowance { points: settings.query_points, per_second: settings.query_points_per_second };
    let budget = (allowance.points > 0).then(|| Budget::new(allowance, app.clock.clone(), redis.clone()));
    let rows =
        Allowance { points: settings.interaction_rows, per_second: settings.interaction_rows_per_second };
    let rows = (rows.points > 0).then(|| Budget::new(rows, app.clock.clone(), redis.clone()).of("rows"));
    let executor = Executor::new(app.clone(), settings.introspection, budget).charging_rows(rows.clone());
    let executor = match trusted {
        Some(list) => executor.trusting(list),
        None => executor.remembering(Texts::new(app.clock.clone(), redis.clone())),
    };
    let served = http::serve(settings, &app, executor, rows, redis.map(probe)).await;
    // A job that is cut off here is taken over when its lease ends.
    jobs.shutdown().await.context("the job scheduler does not stop")?;
    served?;
    Ok(ExitCode::SUCCESS)
}

fn probe(redis: Redis) -> RedisProbe {
    Arc::new(move || {
        let redis = redis.clone();
        async move { redis.answers().await }.boxed()
    })
}
