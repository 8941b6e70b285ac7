//! `POST /v1/interactions`: checks the request, then hands its body to [`super::ingest`].

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use qun_domain::activity::MAX_ID_CHARS;
use qun_domain::groups::Name;
use qun_infra::activity::Purse;
use qun_infra::budget::Budget;
use serde::Deserialize;
use tracing::{error, info};

use super::auth::{authenticate, payer_of};
use super::body::{BodyError, RowBody};
use super::ingest::{IngestError, Ingestion, Report, ingest};
use super::language::{asked_for, spoken};
use super::media::{MediaType, only};
use super::problem::Problem;
use super::rate_limit;
use super::request_id::RequestId;
use crate::app::App;
use crate::errors::Code;

/// What may be sent in rows; without it anything.
pub(super) struct RowBudget(pub(super) Option<Budget>);

/// What the address may say for all rows.
#[derive(Debug, Default, Deserialize)]
struct Overrides {
    group: Option<String>,
    source: Option<String>,
}

/// Takes NDJSON rows, plain or as gzip, of any length.
pub(super) async fn post(
    request: HttpRequest,
    payload: web::Payload,
    app: web::Data<App>,
    rows: web::Data<RowBudget>,
) -> HttpResponse {
    take(&request, payload, &app, &rows).await.unwrap_or_else(|problem| problem.answer(&request))
}

async fn take(
    request: &HttpRequest,
    payload: web::Payload,
    app: &App,
    rows: &RowBudget,
) -> Result<HttpResponse, Problem> {
    let content_type = only(request.headers(), &CONTENT_TYPE);
    if !MediaType::says(content_type, "application", "x-ndjson") {
        return Err(Problem::UnsupportedMediaType("application/x-ndjson"));
    }
    let is_gzip = is_gzip(request.headers())?;
    let (group, source) = overrides(request.query_string())?;
    let scope = authenticate(request, &app.access).await?.ok_or(Problem::NoToken)?;
    let locale = spoken(asked_for(request.headers()), Some(&scope));

    let mut body = if is_gzip { RowBody::gzip(payload) } else { RowBody::plain(payload) };
    let purse = rows.0.clone().map(|budget| Purse::new(budget, payer_of(&scope)));
    let ingestion = Ingestion { scope: &scope, group, source, locale, purse: purse.clone() };
    match ingest(app, ingestion, &mut body).await {
        Ok(report) => Ok(answer(&report, purse.as_ref()).await),
        Err(error) => Err(problem(error, RequestId::of(request))),
    }
}

/// 200, or 429 when the budget ended before the rows did.
async fn answer(report: &Report, purse: Option<&Purse>) -> HttpResponse {
    let wait = report.retry_after_seconds();
    let status = wait.map_or(StatusCode::OK, |_| Code::RateLimited.status());
    let mut answer = HttpResponse::build(status);
    if let Some(wait) = wait {
        answer.insert_header((RETRY_AFTER, wait));
    }
    if let Some(purse) = purse {
        let (allowance, left) = (purse.allowance(), purse.left().await);
        let [limit, left, per_second] = [allowance.points, left, allowance.per_second].map(u64::from);
        rate_limit::tell(&mut answer, "rows", limit, left, per_second);
    }
    answer.insert_header((CACHE_CONTROL, "no-store")).json(report)
}

fn problem(error: IngestError, id: RequestId) -> Problem {
    match error {
        IngestError::Body(BodyError::Silent) => Problem::TooSlow,
        IngestError::Body(error @ BodyError::Broken(_)) => {
            info!(error = &error as &dyn std::error::Error, "an ingestion broke off");
            Problem::bad_request(
                "The body broke off. What was read is kept; send the whole again.",
                "请求体中断。已读取的部分已保存，请重新发送全部内容。",
            )
        }
        IngestError::Body(BodyError::BadGzip(_)) => Problem::bad_request(
            "The gzip stream is damaged or cut off. What was read is kept; send the whole again.",
            "gzip 数据流损坏或被截断。已读取的部分已保存，请重新发送全部内容。",
        ),
        IngestError::NotNdjson => Problem::bad_request(
            "The body is no NDJSON: one JSON object a line.",
            "请求体不是 NDJSON：每行应为一个 JSON 对象。",
        ),
        IngestError::NoSuchGroup => Problem::NoSuchGroup,
        IngestError::Forbidden => Problem::Forbidden,
        IngestError::Fault(fault) => {
            error!(fault = fault.chain(), "an ingestion failed");
            Problem::Internal(id)
        }
    }
}

fn is_gzip(headers: &HeaderMap) -> Result<bool, Problem> {
    match only(headers, &CONTENT_ENCODING) {
        None if headers.contains_key(CONTENT_ENCODING) => Err(Problem::UnsupportedEncoding("gzip")),
        None => Ok(false),
        Some(encoding) if encoding.eq_ignore_ascii_case("identity") => Ok(false),
        Some(encoding)
            if encoding.eq_ignore_ascii_case("gzip") || encoding.eq_ignore_ascii_case("x-gzip") =>
        {
            Ok(true)
        }
        Some(_) => Err(Problem::UnsupportedEncoding("gzip")),
    }
}

fn overrides(query: &str) -> Result<(Option<Name>, Option<String>), Problem> {
    let web::Query(Overrides { group, source }) = web::Query::from_query(query).map_err(|_| {
        Problem::bad_request("The query of the address is not well formed.", "网址中的查询部分格式有误。")
    })?;
    let group = group.map(|group| group.parse()).transpose().map_err(|_| {
        Problem::bad_request(
            "group must have 1 to 200 characters and no control characters.",
            "group 须为 1 到 200 个字符，且不含控制字符。",
        )
    })?;
    if source.as_ref().is_some_and(|source| source.is_empty() || source.chars().count() > MAX_ID_CHARS) {
        return Err(Problem::bad_request(
            "source must have 1 to 200 characters.",
            "source 须为 1 到 200 个字符。",
        ));
    }
    Ok((group, source))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_address_may_name_group_and_source() {
        let (group, source) = overrides("group=%E7%BE%A4&source=wx&else=1").expect("overrides");
        assert_eq!((group.as_ref().map(Name::as_str), source.as_deref()), (Some("群"), Some("wx")));
        assert!(matches!(overrides(""), Ok((None, None))));
        for bad in ["group=", "source=", &format!("source={}", "x".repeat(201)), "group=a&group=b"] {
            assert!(overrides(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn encodings() {
        let encoded = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            is_gzip(&headers)
        };
        assert!(matches!(encoded(&[]), Ok(false)));
        assert!(matches!(encoded(&["identity"]), Ok(false)));
        assert!(matches!(encoded(&["GZIP"]), Ok(true)));
        for bad in [&["br"][..], &["gzip, gzip"], &["gzip", "gzip"]] {
            assert!(encoded(bad).is_err(), "{bad:?}");
        }
    }
}
