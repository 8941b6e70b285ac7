//! The id under which a request is logged: the client's, if it may stand in a log line, or a new one.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use tracing::field::Empty;
use tracing::{Instrument, debug, info, info_span};
use uuid::Uuid;

use super::trace::Traced;
use crate::app::App;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a client.
const MAX_CHARS: usize = 64;

/// Paths that are asked every few seconds by machines, and logged for nobody.
pub(super) const QUIET: [&str; 3] = ["/livez", "/readyz", "/metrics"];

/// The id of one request: 1 to 64 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id that [`label`] gave to a request.
    pub(super) fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self("unknown".into()))
    }

    fn given(header: Option<&HeaderValue>) -> Option<Self> {
        let text = header?.to_str().ok()?;
        let is_good =
            (1..=MAX_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_good.then(|| Self(text.into()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Middleware: gives the request its id, wraps its work in a span of that id, and logs one line at its end.
pub(super) async fn label(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let id = RequestId::given(request.headers().get(&HEADER))
        .or_else(|| {
            Some(RequestId(request.app_data::<web::Data<App>>()?.ids.make::<Uuid>().to_string().into()))
        })
        .unwrap_or_else(|| RequestId("unknown".into()));
    request.extensions_mut().insert(id.clone());
    // The query stays out of the log: it may hold what people wrote.
    let span = info_span!(
        "http", request.id = %id, trace.id = Empty, method = %request.method(), path = request.path()
    );
    if let Some(Traced(trace)) = request.extensions().get() {
        span.record("trace.id", tracing::field::display(trace));
    }
    async {
        let is_quiet = QUIET.contains(&request.path());
        let mut response = next.call(request).await?;
        if let Ok(value) = HeaderValue::from_str(id.as_str()) {
            response.headers_mut().insert(HEADER, value);
        }
        let (status, elapsed_ms) = (response.status().as_u16(), began.elapsed().as_secs_f64() * 1_000.0);
        if is_quiet {
            debug!(status, elapsed_ms, "answered");
        } else {
            info!(status, elapsed_ms, "answered");
        }
        Ok(response)
    }
    .instrument(span)
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_that_may_stand_in_a_log_line_are_taken_over() {
        let given =
            |text: &str| RequestId::given(HeaderValue::from_str(text).ok().as_ref()).map(|id| id.to_string());
        for good in ["a", "0198c7f2-9b7e-7e3c-8f64-0b9f4b6f9a01", "req:1/2~!", &"x".repeat(MAX_CHARS)] {
            assert_eq!(given(good).as_deref(), Some(good));
        }
        for bad in ["", "a b", "tab\there", "ünï", &"x".repeat(MAX_CHARS + 1)] {
            assert_eq!(given(bad), None, "{bad:?}");
        }
    }
}
