//! GraphQL over HTTP, by its specification: a thin layer over the executor.

#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod input;
mod named;
mod output;
mod rates;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::{Request, Response};
use futures_util::{FutureExt, StreamExt};
use qun_infra::access::{Caller, network_of};
use tokio::time::timeout;
use tracing::error;

use super::accept::{ResponseType, negotiate, takes_events};
use super::auth::{Entered, enter, payer_of};
use super::client::{self, Proxies};
use super::language::{asked_for, spoken};
use super::media::{MediaType, only};
use super::problem::Problem;
use super::request_id::RequestId;
use super::streams::{self, Seats, Told, Transport};
use crate::app::App;
use crate::graphql::{Does, Executor, HeaderKey, Live, Operation, Payer, Prepared};
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
    /// Whose word for the client's address is taken.
    pub proxies: Proxies,
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
    let label = negotiate(request.headers());
    let takes_events = takes_events(request.headers());
    if label.is_none() && !takes_events {
        return Problem::NotAcceptable.answer(&request);
    }
    let wanted = Wanted { label, takes_events };
    let door = Door { request: &request, executor: &executor, app: &app, seats: &seats };
    let answer = door.answer(payload, **limits, wanted).await;
    answer.unwrap_or_else(|problem| problem.answer_as(label.unwrap_or(ResponseType::Json), &request))
}

/// What the client takes for an answer.
#[derive(Clone, Copy)]
struct Wanted {
    /// One document.
    label: Option<ResponseType>,
    /// A stream of events.
    takes_events: bool,
}

/// A request, and what it is answered with.
struct Door<'a> {
    request: &'a HttpRequest,
    executor: &'a Executor,
    app: &'a App,
    seats: &'a Seats,
}

impl Door<'_> {
    async fn answer(
        &self,
        payload: web::Payload,
        limits: Limits,
        wanted: Wanted,
    ) -> Result<HttpResponse, Problem> {
        let by_get = self.request.method() == Method::GET;
        let asked = match *self.request.method() {
            Method::POST => input::from_body(&body(self.request.headers(), payload, limits.body).await?)?,
            Method::GET => input::from_address(self.request.query_string())?,
            _ => return Err(Problem::MethodNotAllowed("GET, POST")),
        };
        let asked = if limits.introspection { asked } else { asked.disable_introspection() };
        let entered = enter(self.request, &self.app.access).await?;
        let asked = dress(asked, self.request, entered.as_ref(), limits.proxies)?;
        let prepared = self.executor.prepare(asked).await;
        let does = prepared.as_ref().map_or(Does::Reads, Prepared::does);
        let follows = wanted.takes_events && does.follows();
        // Nothing that changes anything can be done by GET, so that no link and no image of
        // another site can do it in somebody's name.
        if by_get && does != Does::Reads && !follows {
            return Err(Problem::MethodNotAllowed("POST"));
        }
        match wanted.label {
            Some(label) if !follows => Ok(output::render(&self.run(prepared).await?, label)),
            _ => self.stream(prepared, entered),
        }
    }

    /// One answer.
    async fn run(&self, prepared: Result<Prepared, Response>) -> Result<Response, Problem> {
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(refused) => return Ok(refused),
        };
        // A panic is a defect; the client still gets an answer that it can report.
        AssertUnwindSafe(self.executor.run(prepared)).catch_unwind().await.map_err(|_| {
            error!("the execution of a GraphQL request panicked");
            Problem::Internal(RequestId::of(self.request))
        })
    }

    /// Server-sent events.
    fn stream(
        &self,
        prepared: Result<Prepared, Response>,
        entered: Option<Entered>,
    ) -> Result<HttpResponse, Problem> {
        let mut seat = self.seats.take(Transport::Sse).ok_or(Problem::TooManyStreams)?;
        if entered.as_ref().is_some_and(|entered| !seat.belongs_to(entered.scope.org())) {
            return Err(Problem::TooManyStreams);
        }
        let headers = self.request.headers();
        let resumes = only(headers, &LAST_EVENT_ID).filter(|id| !id.is_empty()).map(str::to_owned);
        let live = entered.as_ref().map(|entered| Arc::new(Live::new(entered.caller.clone(), resumes)));
        let operation = match prepared {
            Ok(prepared) => self.executor.follow(prepared, live.clone()),
            Err(refused) => Operation::of(refused),
        };
        let locale = spoken(asked_for(headers), entered.as_ref().map(|entered| &entered.scope));
        let clock = self.app.clock.clone();
        Ok(streams::answer(Told { operation, live, entered, clock, locale, seat }))
    }
}

/// Adds who asks, in which language, and under which id.
fn dress(
    asked: Request,
    request: &HttpRequest,
    entered: Option<&Entered>,
    proxies: Proxies,
) -> Result<Request, Problem> {
    let caller = caller(request, proxies);
    let locale = spoken(asked_for(request.headers()), entered.map(|entered| &entered.scope));
    let mut asked = asked.data(RequestId::of(request)).data(locale);
    if let Some(key) = idempotency_key(request.headers())? {
        asked = asked.data(key);
    }
    if let Some(Entered { scope, .. }) = entered {
        asked = asked.data(Payer(payer_of(scope))).data(scope.clone());
    } else if let Some(address) = &caller.client.address {
        asked = asked.data(Payer(format!("address:{}", network_of(address)).into()));
    }
    Ok(asked.data(caller))
}

/// Who comes, as far as that is known without a token.
pub(super) fn caller(request: &HttpRequest, proxies: Proxies) -> Caller {
    let address = client::address(request, proxies);
    let request_id = Some(RequestId::of(request).as_str().to_owned());
    Caller { client: client::client(request, address), request_id }
}

/// The key of the header, bare or in quotes as structured fields have it (RFC 9651).
fn idempotency_key(headers: &HeaderMap) -> Result<Option<HeaderKey>, Problem> {
    let mut values = headers.get_all("idempotency-key");
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    let text = text.ok_or(Problem::bad_request(
        "Idempotency-Key must be one text of ASCII characters.",
        "Idempotency-Key 必须是一段 ASCII 文本。",
    ))?;
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
            let bytes = bytes.map_err(|_| Problem::bad_request("The body broke off.", "请求体中断。"))?;
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
