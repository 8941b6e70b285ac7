//! The server: what is shared is built once, the routes once a worker, and the end is orderly.

use std::any::Any;
use std::error::Error;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use actix_web::dev::{Server as Workers, ServerHandle};
use actix_web::guard::{Any, Get, Head, fn_guard};
use actix_web::http::header::X_CONTENT_TYPE_OPTIONS;
use actix_web::middleware::{Compress, DefaultHeaders, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::{App as Routes, HttpRequest, HttpServer, Resource, Route, web};
use anyhow::Context;
use qun_infra::budget::Budget;
use qun_infra::supervise;
use socket2::SockRef;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use super::client::Proxies;
use super::cors::{self, cors};
use super::graphql::Limits;
use super::health::{Readiness, RedisProbe};
use super::interactions::RowBudget;
use super::problem::Problem;
use super::streams::{self, Seats};
use super::{graphql, health, interactions, jwks, metrics, page, request_id, trace};
use crate::app::App;
use crate::graphql::Executor;
use crate::settings::{Origin, Settings};
use crate::telemetry;

/// The longest time between /readyz turning 503 and the listener closing, so that load
/// balancers look elsewhere first.
const LONGEST_NOTICE: Duration = Duration::from_secs(5);

/// A server that listens, but answers nobody before it is run.
pub struct Server {
    address: SocketAddr,
    workers: Workers,
    readiness: Readiness,
    seats: Seats,
    patience: Duration,
}

/// How a server is told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// By an orchestrator: load balancers get notice.
    Orderly,
    /// By somebody who waits in front of it.
    Promptly,
}

/// Serves until the process is told to stop.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(
    settings: &Settings,
    app: &App,
    executor: Executor,
    rows: Option<Budget>,
    redis: Option<RedisProbe>,
) -> anyhow::Result<()> {
    let server = Server::bind(settings, app, executor, rows, redis)?;
    server
        .run_until(async {
            let stop = told_to_stop().await;
            supervise::spawn("second signal", async {
                told_to_stop().await;
                warn!("told to stop a second time: stopping at once");
                std::process::exit(1);
            });
            stop
        })
        .await
}

impl Server {
    /// Binds the address of the settings; port 0 takes any that is free.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub fn bind(
        settings: &Settings,
        app: &App,
        executor: Executor,
        rows: Option<Budget>,
        redis: Option<RedisProbe>,
    ) -> anyhow::Result<Self> {
        let prometheus = web::Data::new(telemetry::metrics()?);
        metrics::describe();
        let readiness = Readiness::new(app.db.clone(), redis);
        let limits = web::Data::new(Limits {
            body: settings.body_limit,
            introspection: settings.introspection,
            proxies: Proxies(settings.proxies),
        });
        let (executor, app) = (web::Data::new(executor), web::Data::new(app.clone()));
        let rows = web::Data::new(RowBudget(rows));
        let seats = Seats::new(settings.stream_limit);
        let (kept, kept_seats) = (readiness.clone(), seats.clone());
        let origins = settings.cors_origins.clone();
        let patience = Duration::from_secs(settings.shutdown_seconds);
        let http = HttpServer::new(move || {
            Routes::new()
                .app_data(prometheus.clone())
                .app_data(web::Data::new(readiness.clone()))
                .app_data(limits.clone())
                .app_data(web::Data::new(seats.clone()))
                .app_data(executor.clone())
                .app_data(rows.clone())
                .app_data(app.clone())
                .configure(|config| routes(config, &origins))
                .wrap(Compress::default())
                .wrap(DefaultHeaders::new().add((X_CONTENT_TYPE_OPTIONS, "nosniff")))
                .wrap(from_fn(metrics::record))
                .wrap(from_fn(request_id::label))
                .wrap(from_fn(trace::follow))
        })
        .on_connect(|connection, _| give_up_on_the_deaf(connection))
        .disable_signals()
        .shutdown_timeout(settings.shutdown_seconds)
        .bind(settings.listen)
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
        let address = http.addrs().first().copied().unwrap_or(settings.listen);
        Ok(Self { address, workers: http.run(), readiness: kept, seats: kept_seats, patience })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` says so: then /readyz turns 503, running requests end, and
    /// the server is gone within the time that the settings give it.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn run_until(self, stop: impl Future<Output = Stop>) -> anyhow::Result<()> {
        let Self { address, workers, readiness, seats, patience } = self;
        let handle = workers.handle();
        let mut workers = pin!(workers);
        info!("listening on http://{address}");
        let stop = tokio::select! {
            ended = &mut workers => return ended.context("the listener broke"),
            stop = stop => stop,
        };
        readiness.drain();
        let notice = match stop {
            Stop::Orderly => LONGEST_NOTICE.min(patience / 4),
            Stop::Promptly => Duration::ZERO,
        };
        info!(notice_seconds = notice.as_secs_f64(), "stopping: no new requests are wanted");
        tokio::select! {
            ended = &mut workers => return ended.context("the listener broke"),
            () = sleep(notice) => {}
        }
        // Streams have no end of their own that could be waited for.
        seats.close();
        end(&handle, workers, patience.saturating_sub(notice)).await
    }
}

/// A client that takes nothing for this long is given up, and what waits for it is freed.
const LONGEST_DEAFNESS: Duration = Duration::from_mins(1);

/// Lets the system end a connection whose other end takes no bytes: nothing above it is asked
/// for as long as it is stuck.
fn give_up_on_the_deaf(connection: &dyn Any) {
    #[cfg(any(target_os = "android", target_os = "linux"))]
    if let Some(connection) = connection.downcast_ref::<TcpStream>()
        && let Err(error) = SockRef::from(connection).set_tcp_user_timeout(Some(LONGEST_DEAFNESS))
    {
        warn!(error = &error as &dyn Error, "a deaf client will be kept for long");
    }
}

async fn end(
    handle: &ServerHandle,
    workers: impl Future<Output = std::io::Result<()>>,
    patience: Duration,
) -> anyhow::Result<()> {
    let running = async { tokio::join!(workers, handle.stop(true)).0 };
    let Ok(ended) = timeout(patience, running).await else {
        warn!("stopped before the last requests had ended");
        return Ok(());
    };
    info!("stopped");
    ended.context("the listener broke")
}

fn routes(config: &mut web::ServiceConfig, origins: &[Origin]) {
    config
        .service(
            web::resource("/graphql")
                .route(web::get().guard(fn_guard(streams::is_upgrade)).to(streams::upgrade))
                .route(web::to(graphql::handle))
                .wrap(cors(origins))
                .wrap(from_fn(cors::explain)),
        )
        .service(
            web::resource("/v1/interactions")
                .route(web::post().to(interactions::post))
                .default_service(refusal(|| Problem::MethodNotAllowed("POST")))
                .wrap(cors(origins))
                .wrap(from_fn(cors::explain)),
        )
        .service(read_only("/.well-known/jwks.json", web::route().to(jwks::jwks)))
        .service(read_only("/livez", web::route().to(health::livez)))
        .service(read_only("/readyz", web::route().to(health::readyz)))
        .service(read_only("/metrics", web::route().to(metrics::metrics)))
        .service(read_only("/", web::route().to(page::index)))
        .service(read_only("/assets/graphiql/{name}", web::route().to(page::asset)))
        .default_service(refusal(|| Problem::NotFound));
}

/// A resource that GET and HEAD alone can do something with.
fn read_only(path: &str, route: Route) -> Resource {
    web::resource(path)
        .route(route.guard(Any(Get()).or(Head())))
        .default_service(refusal(|| Problem::MethodNotAllowed("GET, HEAD")))
}

/// A route that refuses whatever comes.
fn refusal(problem: fn() -> Problem) -> Route {
    web::to(move |request: HttpRequest| std::future::ready(problem().answer(&request)))
}

#[cfg(unix)]
async fn told_to_stop() -> Stop {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        warn!("signals cannot be heard: only killing ends this process");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => Stop::Orderly,
        _ = interrupt.recv() => Stop::Promptly,
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> Stop {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    Stop::Promptly
}
