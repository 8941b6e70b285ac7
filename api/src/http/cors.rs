//! Which pages of other sites may read answers: those of the origins in the settings, and
//! without any, none (Fetch standard, CORS protocol).

use actix_cors::{Cors, CorsError};
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use actix_web::middleware::{Condition, Next};

use super::problem::Problem;
use crate::settings::Origin;

/// How long a browser may go by the answer to a preflight, in seconds: as long as any does.
const MAX_AGE: usize = 7_200;

/// What a page may send.
const SENT: [HeaderName; 10] = [
    ACCEPT,
    ACCEPT_LANGUAGE,
    AUTHORIZATION,
    CONTENT_ENCODING,
    CONTENT_TYPE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
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

/// Middleware around [`cors`]: what it refuses is answered as all else is.
pub(super) async fn explain(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(request).await?;
    let Some(refusal) = response.response().error().and_then(Error::as_error::<CorsError>) else {
        return Ok(response.map_into_left_body());
    };
    let problem = problem(refusal);
    let (request, _) = response.into_parts();
    let answer = problem.answer(&request);
    Ok(ServiceResponse::new(request, answer).map_into_right_body())
}

fn problem(refusal: &CorsError) -> Problem {
    if matches!(refusal, CorsError::OriginNotAllowed) {
        Problem::bad_request(
            "Pages of this origin may not call this server.",
            "来自此源的页面不得访问此服务器。",
        )
    } else {
        Problem::bad_request(
            "A page of another site may not send this method or these headers.",
            "其他站点的页面不得使用此方法或这些请求头。",
        )
    }
}
