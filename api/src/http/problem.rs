//! Why a request was not let through: a status and a GraphQL error, never an internal text.

use actix_web::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::accept::ResponseType;
use super::language::language;
use super::request_id::RequestId;
use crate::errors::{Code, Sentence};

/// A refusal of the transport. It is no `ResponseError`: an answer needs the request, whose
/// language it is in.
#[derive(Debug)]
pub(super) enum Problem {
    /// The request is not well formed.
    BadRequest(Sentence),
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
    /// A request that is not well formed, in English and in Chinese.
    pub(super) const fn bad_request(en: &'static str, zh: &'static str) -> Self {
        Self::BadRequest(Sentence::fixed(en, zh))
    }

    pub(super) const fn code(&self) -> Code {
        match self {
            Self::BadRequest(_) => Code::BadRequest,
            Self::NoToken | Self::BadToken => Code::Unauthenticated,
            Self::Forbidden => Code::Forbidden,
            Self::NotFound | Self::NoSuchGroup => Code::NotFound,
            Self::MethodNotAllowed(_) => Code::MethodNotAllowed,
            Self::NotAcceptable => Code::NotAcceptable,
            Self::TooSlow => Code::RequestTimeout,
            Self::TooLarge(_) => Code::PayloadTooLarge,
            Self::UnsupportedMediaType(_) | Self::UnsupportedEncoding(_) => Code::UnsupportedMediaType,
            Self::TooManyStreams => Code::TooManyStreams,
            Self::Internal(_) => Code::Internal,
        }
    }

    /// The answer to a request, as plain JSON.
    pub(super) fn answer(&self, request: &HttpRequest) -> HttpResponse {
        self.answer_as(ResponseType::Json, request)
    }

    /// The answer to a request, labelled as the client asked.
    pub(super) fn answer_as(&self, label: ResponseType, request: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::build(self.code().status());
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
        let sentence = self.sentence();
        let message = sentence.text(language(request.headers()));
        let mut extensions = json!({ "code": self.code().word() });
        if let Self::Internal(id) = self {
            extensions["requestId"] = json!(id.as_str());
        }
        answer.body(json!({ "errors": [{ "message": message, "extensions": extensions }] }).to_string())
    }

    pub(super) fn sentence(&self) -> Sentence {
        match self {
            Self::BadRequest(why) => why.clone(),
            Self::NoToken => Sentence::fixed(
                "An access token is needed: Authorization: Bearer TOKEN.",
                "需要访问令牌：Authorization: Bearer TOKEN。",
            ),
            Self::BadToken => Sentence::fixed(
                "The access token is not valid, or not valid any more.",
                "访问令牌无效或已失效。",
            ),
            Self::Forbidden => Sentence::fixed(
                "The account of this token may not do this.",
                "该令牌所属的账号无权执行此操作。",
            ),
            Self::NotFound => Sentence::fixed(
                "There is nothing at this path. GraphQL is at /graphql.",
                "该路径下没有内容。GraphQL 位于 /graphql。",
            ),
            Self::NoSuchGroup => Sentence::fixed("There is no group of this name.", "没有该名称的群。"),
            Self::MethodNotAllowed(methods) => Sentence::of(
                format!("This can only be done by {methods}."),
                format!("此处只接受 {methods}。"),
            ),
            Self::NotAcceptable => Sentence::fixed(
                "The answer can be application/graphql-response+json or application/json.",
                "响应只能是 application/graphql-response+json 或 application/json。",
            ),
            Self::TooSlow => Sentence::fixed("The body did not arrive in time.", "请求体未能及时送达。"),
            Self::TooLarge(limit) => Sentence::of(
                format!("The body is longer than {limit} bytes."),
                format!("请求体超过 {limit} 字节。"),
            ),
            Self::UnsupportedMediaType(wanted) => Sentence::of(
                format!("The body must be {wanted} in UTF-8; say so in Content-Type."),
                format!("请求体必须是 UTF-8 编码的 {wanted}，并在 Content-Type 中注明。"),
            ),
            Self::UnsupportedEncoding(wanted) => Sentence::of(
                format!("The only content encoding taken here is {wanted}."),
                format!("此处只接受内容编码 {wanted}。"),
            ),
            Self::TooManyStreams => {
                Sentence::fixed("Too many streams are open. Try again later.", "打开的流过多，请稍后再试。")
            }
            Self::Internal(_) => Sentence::fixed(
                "Something went wrong. It has been noted under this request id.",
                "出了故障，已按此请求 id 记录。",
            ),
        }
    }
}
