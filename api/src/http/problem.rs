//! Why a request was not let through: a status and a GraphQL error, never an internal text.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use super::accept::ResponseType;
use super::request_id::RequestId;

/// A refusal of the transport. Each has a stable code.
#[derive(Debug)]
pub(super) enum Problem {
    /// The request is not well formed.
    BadRequest(Cow<'static, str>),
    /// There is no token where one is needed.
    NoToken,
    /// The token is not good, or not good any more.
    BadToken,
    /// The account may not do this.
    Forbidden,
    /// Nothing is there.
    NotFound,
    /// The organization has no group of the name in the address.
    NoSuchGroup,
    /// The path takes these methods alone.
    MethodNotAllowed(&'static str),
    /// The client takes no media type of ours.
    NotAcceptable,
    /// The body did not come in time.
    TooSlow,
    /// The body has more than so many bytes.
    TooLarge(usize),
    /// The body is of another type than this.
    UnsupportedMediaType(&'static str),
    /// The body is encoded in another way than these.
    UnsupportedEncoding(&'static str),
    /// As many streams are open as this server keeps.
    TooManyStreams,
    /// Something broke; it stands in the log under this id.
    Internal(RequestId),
}

impl Problem {
    /// A request that is not well formed.
    pub(super) fn bad_request(why: impl Into<Cow<'static, str>>) -> Self {
        Self::BadRequest(why.into())
    }

    const fn code(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "BAD_REQUEST",
            Self::NoToken | Self::BadToken => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound | Self::NoSuchGroup => "NOT_FOUND",
            Self::MethodNotAllowed(_) => "METHOD_NOT_ALLOWED",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::TooSlow => "REQUEST_TIMEOUT",
            Self::TooLarge(_) => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType(_) | Self::UnsupportedEncoding(_) => "UNSUPPORTED_MEDIA_TYPE",
            Self::TooManyStreams => "TOO_MANY_STREAMS",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// The answer, labelled as the client asked.
    pub(super) fn answer(&self, label: ResponseType) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((CONTENT_TYPE, label.content_type())).insert_header((CACHE_CONTROL, "no-store"));
        match self {
            Self::NoToken => answer.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"qun\"")),
            Self::BadToken => {
                answer.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"qun\", error=\"invalid_token\""))
            }
            Self::MethodNotAllowed(methods) => answer.insert_header((ALLOW, *methods)),
            Self::TooManyStreams => answer.insert_header((RETRY_AFTER, 5)),
            Self::UnsupportedEncoding(encodings) => answer.insert_header((ACCEPT_ENCODING, *encodings)),
            _ => &mut answer,
        };
        let mut extensions = json!({ "code": self.code() });
        if let Self::Internal(id) = self {
            extensions["requestId"] = json!(id.as_str());
        }
        answer.body(
            json!({ "errors": [{ "message": self.to_string(), "extensions": extensions }] }).to_string(),
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRequest(why) => f.write_str(why),
            Self::NoToken => f.write_str("An access token is needed: Authorization: Bearer TOKEN."),
            Self::BadToken => f.write_str("The access token is not valid, or not valid any more."),
            Self::Forbidden => f.write_str("The account of this token may not do this."),
            Self::NotFound => f.write_str("There is nothing at this path. GraphQL is at /graphql."),
            Self::NoSuchGroup => f.write_str("There is no group of this name."),
            Self::MethodNotAllowed(methods) => write!(f, "This can only be done by {methods}."),
            Self::NotAcceptable => f.write_str(
                "The answer can be application/graphql-response+json, application/json or text/event-stream.",
            ),
            Self::TooSlow => f.write_str("The body did not arrive in time."),
            Self::TooLarge(limit) => write!(f, "The body is longer than {limit} bytes."),
            Self::UnsupportedMediaType(wanted) => {
                write!(f, "The body must be {wanted} in UTF-8; say so in Content-Type.")
            }
            Self::UnsupportedEncoding(wanted) => {
                write!(f, "The only content encoding taken here is {wanted}.")
            }
            Self::TooManyStreams => f.write_str("Too many streams are open. Try again later."),
            Self::Internal(_) => {
                f.write_str("Something went wrong. It has been noted under this request id.")
            }
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NoToken | Self::BadToken => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NoSuchGroup => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) | Self::UnsupportedEncoding(_) => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::TooManyStreams => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        self.answer(ResponseType::Json)
    }
}
