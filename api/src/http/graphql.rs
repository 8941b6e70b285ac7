//! GraphQL over HTTP, by its specification: a thin layer over the executor.

mod input;
mod output;
mod rates;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::{Request, Response};
use futures_util::{FutureExt, StreamExt};
use qun_domain::locale::Locale;
use qun_infra::db::OrgScope;
use tokio::time::timeout;
use tracing::error;

use super::accept::{ResponseType, negotiate, takes_events};
use super::auth::{authenticate, enter};
use super::media::{MediaType, only};
use super::problem::Problem;
use super::request_id::RequestId;
use super::streams::{self, Seats, Told, Transport};
use crate::app::App;
use crate::graphql::{Executor, HeaderKey, Kind, Live, Payer};
pub(super) use input::from_parameters;
pub(super) use output::{Body, is_failed};

/// The event that a client of server-sent events saw last.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// How long the body of a GraphQL request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the settings say of GraphQL over HTTP.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The longest body, in bytes.
    pub body: usize,
    /// Whether the schema may be asked for.
    pub introspection: bool,
}

/// `/graphql`: POST for everything, GET for queries; subscriptions for who takes events.
pub(super) async fn handle(
    request: HttpRequest,
    payload: web::Payload,
    executor: web::Data<Executor>,
    app: web::Data<App>,
    limits: web::Data<Limits>,
    seats: web::Data<Seats>,
) -> HttpResponse {
    let (label, takes_events) = (negotiate(request.headers()), takes_events(request.headers()));
    if label.is_none() && !takes_events {
        return Problem::NotAcceptable.answer(ResponseType::Json);
    }
    let refused = |problem: Problem| problem.answer(label.unwrap_or(ResponseType::Json));
    let mut asked = match asked(&request, payload, **limits, takes_events).await {
        Ok(asked) => asked,
        Err(problem) => return refused(problem),
    };
    let follows = takes_events && matches!(executor.kind(&mut asked), Kind::Follows | Kind::FollowsSeveral);
    let answer = match label {
        Some(label) if !follows => {
            answer(&request, asked, &executor, &app).await.map(|response| output::render(&response, label))
        }
        _ => stream(&request, asked, &executor, &app, &seats).await,
    };
    answer.unwrap_or_else(refused)
}

/// What the request asks; subscriptions by GET where the answer may be a stream.
async fn asked(
    request: &HttpRequest,
    payload: web::Payload,
    limits: Limits,
    may_follow: bool,
) -> Result<Request, Problem> {
    let asked = match *request.method() {
        Method::POST => input::from_body(&body(request.headers(), payload, limits.body).await?)?,
        Method::GET => input::from_address(request.query_string(), may_follow)?,
        _ => return Err(Problem::MethodNotAllowed("GET, POST")),
    };
    Ok(if limits.introspection { asked } else { asked.disable_introspection() })
}

/// The answer as server-sent events.
async fn stream(
    request: &HttpRequest,
    asked: Request,
    executor: &Executor,
    app: &App,
    seats: &Seats,
) -> Result<HttpResponse, Problem> {
    let entered = enter(request, &app.access).await?;
    let asked = dress(asked, request, entered.as_ref().map(|entered| entered.scope.clone()))?;
    let mut seat = seats.take(Transport::Sse).ok_or(Problem::TooManyStreams)?;
    if entered.as_ref().is_some_and(|entered| !seat.belongs_to(entered.scope.org())) {
        return Err(Problem::TooManyStreams);
    }
    let resumes = only(request.headers(), &LAST_EVENT_ID).filter(|id| !id.is_empty()).map(str::to_owned);
    let live = entered.as_ref().map(|entered| Arc::new(Live::new(entered.caller.clone(), resumes)));
    let operation = executor.open(asked, live.clone());
    Ok(streams::answer(Told { operation, live, entered, clock: app.clock.clone(), seat }))
}

async fn answer(
    request: &HttpRequest,
    asked: Request,
    executor: &Executor,
    app: &App,
) -> Result<Response, Problem> {
    let scope = authenticate(request, &app.access).await?;
    let asked = dress(asked, request, scope)?;
    // A panic is a defect; the client still gets an answer that it can report.
    AssertUnwindSafe(executor.execute(asked)).catch_unwind().await.map_err(|_| {
        error!("the execution of a GraphQL request panicked");
        Problem::Internal(RequestId::of(request))
    })
}

/// Adds who asks, in which language, and under which id.
fn dress(asked: Request, request: &HttpRequest, scope: Option<OrgScope>) -> Result<Request, Problem> {
    let language = only(request.headers(), &ACCEPT_LANGUAGE);
    let mut asked = asked.data(RequestId::of(request)).data(Locale::negotiate(language));
    if let Some(key) = idempotency_key(request.headers())? {
        asked = asked.data(key);
    }
    Ok(match scope {
        Some(scope) => asked.data(Payer(payer_of(&scope))).data(scope),
        None => match request.peer_addr() {
            Some(address) => asked.data(Payer(format!("address:{}", address.ip()).into())),
            None => asked,
        },
    })
}

/// Whoever acts in an organization has one budget there, whatever token it comes with.
pub(super) fn payer_of(scope: &OrgScope) -> Arc<str> {
    format!("{} {}", scope.org(), scope.actor()).into()
}

/// The key of the header, bare or in quotes as structured fields have it (RFC 9651).
fn idempotency_key(headers: &HeaderMap) -> Result<Option<HeaderKey>, Problem> {
    let mut values = headers.get_all("idempotency-key");
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    let text = text.ok_or(Problem::bad_request("Idempotency-Key must be one text of ASCII characters."))?;
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    Ok(Some(HeaderKey(text.to_owned())))
}

/// The body, if it is JSON and not too long.
async fn body(headers: &HeaderMap, mut payload: web::Payload, limit: usize) -> Result<Bytes, Problem> {
    if !MediaType::says(only(headers, &CONTENT_TYPE), "application", "json") {
        return Err(Problem::UnsupportedMediaType("application/json"));
    }
    if headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(Problem::UnsupportedEncoding("identity"));
    }
    let mut body = BytesMut::new();
    let collect = async {
        while let Some(bytes) = payload.next().await {
            let bytes = bytes.map_err(|_| Problem::bad_request("The body broke off."))?;
            if body.len() + bytes.len() > limit {
                return Err(Problem::TooLarge(limit));
            }
            body.extend_from_slice(&bytes);
        }
        Ok(())
    };
    timeout(PATIENCE, collect).await.map_err(|_| Problem::TooSlow)??;
    Ok(body.freeze())
}
