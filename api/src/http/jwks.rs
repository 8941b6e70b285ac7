//! The public halves of the keys that access tokens are signed with.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use crate::app::App;

/// `GET /.well-known/jwks.json` (RFC 7517): for those who verify tokens themselves. A key that
/// was rotated away stays as long as a token of it may live.
pub(super) async fn jwks(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .content_type("application/jwk-set+json")
        .body(app.access.jwks().await.to_string())
}
