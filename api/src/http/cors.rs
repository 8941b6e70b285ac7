//! Which pages of other sites may read answers: those of the origins in the settings, and
//! without any, none (Fetch standard, CORS protocol).

use actix_cors::Cors;
use actix_web::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use actix_web::middleware::Condition;

use crate::settings::Origin;

/// How long a browser may go by the answer to a preflight, in seconds: as long as any does.
const MAX_AGE: usize = 7_200;

/// What a page may send.
const SENT: [HeaderName; 9] = [
    ACCEPT,
    ACCEPT_LANGUAGE,
    AUTHORIZATION,
    CONTENT_ENCODING,
    CONTENT_TYPE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    HeaderName::from_static("x-request-id"),
];

/// What a page may read, beside what every page may.
const READ: [HeaderName; 5] = [
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    RETRY_AFTER,
    WWW_AUTHENTICATE,
    HeaderName::from_static("x-request-id"),
];

/// The middleware of a path that pages of these origins may call. There are no cookies, so
/// credentials are not allowed: a token is sent by the page itself.
pub(super) fn cors(origins: &[Origin]) -> Condition<Cors> {
    let cors = Cors::default().allowed_methods(["GET", "POST"]).allowed_headers(SENT).expose_headers(READ);
    let cors = origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin.as_str()));
    Condition::new(!origins.is_empty(), cors.max_age(MAX_AGE))
}
