//! The trace that a request belongs to: its caller's, if `traceparent` names one (W3C Trace
//! Context). The spans of this module are seen by the exporter of traces alone; the log has
//! [`super::request_id`].

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, TraceId};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::field::Empty;
use tracing::{Instrument, Span, trace_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::media::only;
use super::request_id::QUIET;
use crate::telemetry::TRACED;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The trace of a request, for its log lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traced(pub(super) TraceId);

/// Middleware: begins the span of a request, in the trace of its caller.
pub(super) async fn follow(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let caller = caller(request.headers());
    let span = if QUIET.contains(&request.path()) { Span::none() } else { begun(&request) };
    if let Some(caller) = &caller {
        // It cannot be set where nothing is exported, and need not be.
        let _ = span.set_parent(caller.clone());
    }
    let own = trace_of(&span.context());
    if let Some(trace) = own.or_else(|| trace_of(caller.as_ref()?)) {
        request.extensions_mut().insert(Traced(trace));
    }
    let outcome = next.call(request).instrument(span.clone()).await;
    if let Ok(response) = &outcome {
        let status = response.status();
        span.record("http.response.status_code", status.as_u16());
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
        if let Some(route) = response.request().match_pattern() {
            // A span that has begun is named anew beneath: it takes no further record of its name.
            span.context().span().update_name(format!("{} {route}", response.request().method()));
            span.record("http.route", route);
        }
    }
    outcome
}

fn begun(request: &ServiceRequest) -> Span {
    trace_span!(
        target: TRACED,
        "request",
        otel.kind = "server",
        otel.name = %request.method(),
        otel.status_code = Empty,
        http.request.method = %request.method(),
        http.route = Empty,
        http.response.status_code = Empty,
        // The query stays out: it may hold what people wrote.
        url.path = request.path(),
    )
}

fn trace_of(context: &Context) -> Option<TraceId> {
    let trace = context.span().span_context().trace_id();
    (trace != TraceId::INVALID).then_some(trace)
}

/// The span that a caller is in; none where the header is malformed.
fn caller(headers: &HeaderMap) -> Option<Context> {
    only(headers, &TRACEPARENT).filter(|text| is_well_formed(text))?;
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers));
    trace_of(&context).map(|_| context)
}

/// Two digits of version, 32 of trace, 16 of span, 2 of flags, with hyphens between; more may
/// follow in later versions than 00.
fn is_well_formed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_laid_out =
        |(at, byte): (usize, &u8)| if matches!(at, 2 | 35 | 52) { *byte == b'-' } else { is_hex(*byte) };
    let ends = match bytes.get(55) {
        None => bytes.len() == 55,
        Some(next) => *next == b'-' && !text.starts_with("00"),
    };
    ends && !text.starts_with("ff") && bytes.iter().take(55).enumerate().all(is_laid_out)
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => only(self.0, &TRACEPARENT),
            "tracestate" => only(self.0, &TRACESTATE),
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn trace(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(TRACEPARENT, HeaderValue::from_str(value).expect("a value"));
        }
        caller(&headers).and_then(|context| trace_of(&context)).map(|trace| trace.to_string())
    }

    #[test]
    fn the_trace_of_the_caller_is_followed() {
        for good in [
            format!("00-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-00f067aa0ba902b7-00"),
            format!("cc-{TRACE}-00f067aa0ba902b7-01-more"),
        ] {
            assert_eq!(trace(&[&good]).as_deref(), Some(TRACE), "{good}");
        }
    }

    #[test]
    fn what_is_malformed_is_ignored() {
        let good = format!("00-{TRACE}-00f067aa0ba902b7-01");
        for bad in [
            String::new(),
            "none".to_owned(),
            good[..54].to_owned(),
            format!("{good}-more"),
            format!("{good}0"),
            good.to_uppercase(),
            good.replacen("00", "ff", 1),
            good.replace(TRACE, &"0".repeat(32)),
            good.replace("00f067aa0ba902b7", &"0".repeat(16)),
            good.replacen('4', "+", 1),
            good.replace('-', "_"),
        ] {
            assert_eq!(trace(&[&bad]), None, "{bad}");
        }
        assert_eq!(trace(&[&good, &good]), None, "twice");
    }
}
