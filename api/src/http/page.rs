//! `GraphiQL` at `/`. The page is part of the binary and needs no other server.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, EntityTag, Header, HeaderMap,
    IfNoneMatch, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};

use super::accept::split_unquoted;
use super::media::MediaType;
use super::problem::Problem;

/// Scripts from here alone; `GraphiQL` writes style attributes and makes a worker from a blob.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'";

struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    tag: LazyLock<EntityTag>,
}

macro_rules! asset {
    ($name:literal, $content_type:literal) => {
        Asset {
            name: $name,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../assets/graphiql/", $name)),
            tag: LazyLock::new(|| tag(include_bytes!(concat!("../../assets/graphiql/", $name)))),
        }
    };
}

static INDEX: Asset = asset!("index.html", "text/html; charset=utf-8");
static ASSETS: [Asset; 3] = [
    asset!("graphiql.js", "text/javascript; charset=utf-8"),
    asset!("graphiql.css", "text/css; charset=utf-8"),
    asset!("LICENSES.txt", "text/plain; charset=utf-8"),
];

/// Weak, because the same file is also sent compressed.
fn tag(bytes: &[u8]) -> EntityTag {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    EntityTag::new_weak(format!("{:016x}", hasher.finish()))
}

impl Asset {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let is_known = match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.tag)),
            Err(_) => false,
        };
        let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        // Names carry no version, so that browsers ask each time; the tag makes that cheap.
        answer
            .insert_header((CACHE_CONTROL, "no-cache"))
            .insert_header((ETAG, self.tag.to_string()))
            .insert_header((CONTENT_TYPE, self.content_type))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
        if is_known { answer.finish() } else { answer.body(self.bytes) }
    }
}

/// `GET /` for browsers.
pub(super) async fn index(request: HttpRequest) -> HttpResponse {
    if takes_html(request.headers()) { INDEX.answer(&request) } else { Problem::NotFound.answer(&request) }
}

/// `GET /assets/graphiql/{name}`.
pub(super) async fn asset(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    match ASSETS.iter().find(|asset| asset.name == name.as_str()) {
        Some(asset) => asset.answer(&request),
        None => Problem::NotFound.answer(&request),
    }
}

fn takes_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| split_unquoted(value, ','))
        .filter_map(MediaType::read)
        .any(|media| matches!(media.essence(), ("text", "html" | "*") | ("*", "*")))
}
