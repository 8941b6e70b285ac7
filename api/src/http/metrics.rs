//! `/metrics`, and the durations of HTTP requests on it.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, histogram};
use metrics_exporter_prometheus::PrometheusHandle;

const DURATION: &str = "qun_http_request_duration_seconds";

/// Explains the metrics of this module.
pub(super) fn describe() {
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "Time from the head of a request to the head of its answer, by method, route and status"
    );
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
}

/// Middleware: records how long a request took.
pub(super) async fn record(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let method = label_of(request.method());
    let response = next.call(request).await?;
    // The pattern, not the path: clients could make up any number of paths.
    let route = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let status = StatusCode::as_str(&response.status()).to_owned();
    histogram!(DURATION, "method" => method, "route" => route, "status" => status).record(began.elapsed());
    Ok(response)
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
pub(super) async fn metrics(handle: web::Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
}
