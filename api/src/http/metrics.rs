//! `/metrics`: what the process tells of itself. docs/metrics.md lists all of it, which a
//! test holds against what is really told.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use metrics::{Gauge, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::PrometheusHandle;
use metrics_process::Collector;
use qun_infra::db::Db;
use qun_infra::{activity, jobs};

use crate::app::App;
use crate::graphql;

const DURATION: &str = "qun_http_request_duration_seconds";
const IN_FLIGHT: &str = "qun_http_requests_in_flight";
const BUILD: &str = "qun_build_info";
const CONNECTIONS: &str = "qun_database_connections";
const MOST_CONNECTIONS: &str = "qun_database_connections_max";
const STATEMENTS: &str = "qun_database_statements_total";

/// Explains all metrics.
pub(super) fn describe() {
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "Time from the head of a request to the head of its answer, by method, route and status"
    );
    describe_gauge!(IN_FLIGHT, "Requests whose answer has not begun");
    describe_gauge!(BUILD, "Always 1; the version is a label");
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    describe_gauge!(CONNECTIONS, "Connections to the database, by pool and state");
    describe_gauge!(MOST_CONNECTIONS, "The most connections that a pool may have");
    describe_counter!(STATEMENTS, "SQL statements that were run");
    describe_gauge!("qun_streams_open", "WebSockets and event streams that are open, by transport");
    describe_counter!("qun_sockets_closed_total", "WebSockets that the server closed, by close code");
    describe_counter!(
        "qun_streams_cut_total",
        "Readers that were cut off for being slow, by what they held up"
    );
    describe_counter!("qun_events_relayed_total", "Events that got their position");
    describe_histogram!(
        "qun_event_relay_seconds",
        Unit::Seconds,
        "Time from the beginning of the transaction that told an event to its position"
    );
    graphql::metrics::describe();
    activity::describe_metrics();
    jobs::describe_metrics();
    Collector::default().describe();
}

/// Middleware: records how long a request took.
pub(super) async fn record(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let _in_flight = InFlight::one();
    let method = label_of(request.method());
    let response = next.call(request).await?;
    // The pattern, not the path: clients could make up any number of paths.
    let route = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let status = StatusCode::as_str(&response.status()).to_owned();
    histogram!(DURATION, "method" => method, "route" => route, "status" => status).record(began.elapsed());
    Ok(response)
}

/// A request that is counted until it is answered or given up.
struct InFlight(Gauge);

impl InFlight {
    fn one() -> Self {
        let gauge = gauge!(IN_FLIGHT);
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// A name for the methods that there are; clients could make up any number of others.
fn label_of(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

/// `GET /metrics` in the text format of Prometheus.
pub(super) async fn metrics(handle: web::Data<PrometheusHandle>, app: web::Data<App>) -> HttpResponse {
    look_at(&app.db);
    Collector::default().collect();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
}

/// What is only known by looking: no statement is run for it.
fn look_at(db: &Db) {
    for one in db.pools() {
        gauge!(CONNECTIONS, "pool" => one.pool, "state" => "used").set(one.used);
        gauge!(CONNECTIONS, "pool" => one.pool, "state" => "idle").set(one.idle);
        gauge!(MOST_CONNECTIONS, "pool" => one.pool).set(one.most);
    }
    counter!(STATEMENTS).absolute(db.statements());
}
