//! A GraphQL response as an HTTP response.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use async_graphql::{Response, ServerError, Value};
use serde::Serialize;
use std::collections::BTreeMap;

use super::super::accept::ResponseType;
use super::rates::Rates;
use crate::errors::Code;

/// A response as it is written.
#[derive(Serialize)]
pub(in crate::http) struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

impl<'a> Body<'a> {
    /// Without `data` where nothing was run.
    pub(in crate::http) fn of(response: &'a Response) -> Self {
        Self {
            errors: &response.errors,
            data: was_executed(response).then_some(&response.data),
            extensions: &response.extensions,
        }
    }
}

/// Whether an answer is the end of its operation: nothing was run, or an event could not be
/// told, which is not passed over.
pub(in crate::http) fn is_failed(response: &Response, follows: bool) -> bool {
    !was_executed(response) || (follows && response.data == Value::Null)
}

/// The answer under the label that the client asked for.
pub(super) fn render(response: &Response, label: ResponseType) -> HttpResponse {
    let executed = was_executed(response);
    let rates = Rates::of(response, executed);
    let status = match label {
        _ if rates.retry_after.is_some() => Code::RateLimited.status(),
        ResponseType::GraphqlResponse if !executed => StatusCode::BAD_REQUEST,
        ResponseType::GraphqlResponse | ResponseType::Json => StatusCode::OK,
    };
    let body = Body::of(response);
    let mut answer = HttpResponse::build(status);
    answer
        .insert_header((CONTENT_TYPE, label.content_type()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, "accept"));
    rates.tell(&mut answer);
    answer.body(serde_json::to_vec(&body).unwrap_or_default())
}

/// Whether the document was run. If it was not, there is no `data`, not even null: its
/// errors come from parsing, validation or limits, and belong to no field.
fn was_executed(response: &Response) -> bool {
    response.data != Value::Null
        || response.errors.is_empty()
        || response.errors.iter().any(|error| !error.path.is_empty())
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use async_graphql::{PathSegment, value};

    use super::*;

    fn rendered(response: &Response, label: ResponseType) -> (u16, String) {
        let answer = render(response, label);
        let status = answer.status().as_u16();
        let body = answer.into_body().try_into_bytes().unwrap_or_default();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[test]
    fn a_request_that_is_not_executed_has_no_data() {
        let response = Response::from_errors(vec![ServerError::new("Unknown field.", None)]);
        let body = r#"{"errors":[{"message":"Unknown field."}]}"#.to_owned();
        assert_eq!(rendered(&response, ResponseType::GraphqlResponse), (400, body.clone()));
        assert_eq!(rendered(&response, ResponseType::Json), (200, body));
    }

    #[test]
    fn a_request_that_is_executed_is_answered_with_200() {
        let good = Response::new(value!({ "a": 1 }));
        let mut error = ServerError::new("Gone.", None);
        error.path = vec![PathSegment::Field("a".to_owned())];
        let failed = Response::from_errors(vec![error]);
        for label in [ResponseType::GraphqlResponse, ResponseType::Json] {
            assert_eq!(rendered(&good, label), (200, r#"{"data":{"a":1}}"#.to_owned()));
            let body = r#"{"errors":[{"message":"Gone.","path":["a"]}],"data":null}"#.to_owned();
            assert_eq!(rendered(&failed, label), (200, body));
        }
    }
}
