//! GraphQL over HTTP, by its specification: a thin layer over the executor.

#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod input;
mod named;
mod output;
mod rates;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::{Request, Response};
use futures_util::{FutureExt, StreamExt};
use qun_infra::access::Caller;
use tokio::time::timeout;
use tracing::error;

use super::accept::negotiate;
use super::auth::{authenticate, payer_of};
use super::client::{self, Proxies};
use super::language::language;
use super::media::{MediaType, only};
use super::problem::Problem;
use super::request_id::RequestId;
use crate::app::App;
use crate::graphql::{Executor, HeaderKey, Payer};

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

/// `/graphql`: POST for everything, GET for queries.
pub(super) async fn handle(
    request: HttpRequest,
    payload: web::Payload,
    executor: web::Data<Executor>,
    app: web::Data<App>,
    limits: web::Data<Limits>,
) -> HttpResponse {
    let Some(label) = negotiate(request.headers()) else {
        return Problem::NotAcceptable.answer(&request);
    };
    match answer(&request, payload, &executor, &app, **limits).await {
        Ok(response) => output::render(&response, label),
        Err(problem) => problem.answer_as(label, &request),
    }
}

async fn answer(
    request: &HttpRequest,
    payload: web::Payload,
    executor: &Executor,
    app: &App,
    limits: Limits,
) -> Result<Response, Problem> {
    let asked = match *request.method() {
        Method::POST => input::from_body(&body(request.headers(), payload, limits.body).await?)?,
        Method::GET => input::from_address(request.query_string())?,
        _ => return Err(Problem::MethodNotAllowed("GET, POST")),
    };
    let mut asked = dress(asked, request, app, limits.proxies).await?;
    if !limits.introspection {
        asked = asked.disable_introspection();
    }
    let by_get = request.method() == Method::GET;
    // A panic is a defect; the client still gets an answer that it can report.
    AssertUnwindSafe(execute(executor, asked, by_get)).catch_unwind().await.map_err(|_| {
        error!("the execution of a GraphQL request panicked");
        Problem::Internal(RequestId::of(request))
    })?
}

/// Nothing that changes anything can be done by GET, so that no link and no image of another
/// site can do it in somebody's name.
async fn execute(executor: &Executor, asked: Request, by_get: bool) -> Result<Response, Problem> {
    match executor.prepare(asked).await {
        Ok(prepared) if by_get && !prepared.reads_only() => Err(Problem::MethodNotAllowed("POST")),
        Ok(prepared) => Ok(executor.run(prepared).await),
        Err(refused) => Ok(refused),
    }
}

/// Adds who asks, in which language, and under which id.
async fn dress(
    asked: Request,
    request: &HttpRequest,
    app: &App,
    proxies: Proxies,
) -> Result<Request, Problem> {
    let (id, address) = (RequestId::of(request), client::address(request, proxies));
    let caller =
        Caller { client: client::client(request, address), request_id: Some(id.as_str().to_owned()) };
    let mut asked = asked.data(id).data(language(request.headers())).data(caller);
    if let Some(key) = idempotency_key(request.headers())? {
        asked = asked.data(key);
    }
    Ok(match authenticate(request, &app.access).await? {
        Some(scope) => asked.data(Payer(payer_of(&scope))).data(scope),
        None => match address {
            Some(address) => asked.data(Payer(format!("address:{address}").into())),
            None => asked,
        },
    })
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
