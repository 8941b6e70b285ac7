//! `/livez`: the process runs. `/readyz`: it should be sent requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use futures_util::future::BoxFuture;
use qun_infra::db::Db;
use serde_json::json;
use tokio::time::timeout;
use tracing::warn;

/// How long a dependency may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks Redis whether it answers.
pub type RedisProbe = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// What `/readyz` looks at.
#[derive(Clone)]
pub(super) struct Readiness {
    db: Db,
    redis: Option<RedisProbe>,
    draining: Arc<AtomicBool>,
}

impl Readiness {
    pub(super) fn new(db: Db, redis: Option<RedisProbe>) -> Self {
        Self { db, redis, draining: Arc::default() }
    }

    /// From now on no new requests are wanted.
    pub(super) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    async fn database(&self) -> bool {
        match timeout(PATIENCE, self.db.ping()).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                warn!(error = &error as &dyn std::error::Error, "the database does not answer");
                false
            }
            Err(_) => {
                warn!("the database does not answer in time");
                false
            }
        }
    }

    async fn redis(&self) -> &'static str {
        let Some(probe) = &self.redis else { return "not configured" };
        if timeout(PATIENCE, probe()).await.unwrap_or(false) { "ok" } else { "unreachable" }
    }
}

/// `GET /livez`: always 200.
pub(super) async fn livez() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/plain; charset=utf-8")
        .body("ok")
}

/// `GET /readyz`: 200 or 503.
///
/// A Redis that does not answer is told, but turns nobody away: what it holds may be
/// lost, and the same is then done in process.
pub(super) async fn readyz(readiness: web::Data<Readiness>) -> HttpResponse {
    let (database, redis) = tokio::join!(readiness.database(), readiness.redis());
    let draining = readiness.draining.load(Ordering::Relaxed);
    let status = match (draining, database, redis) {
        (true, _, _) => "draining",
        (false, false, _) => "unavailable",
        (false, true, "unreachable") => "degraded",
        (false, true, _) => "ready",
    };
    let mut answer =
        if database && !draining { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    let database = if database { "ok" } else { "unreachable" };
    answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "status": status, "database": database, "redis": redis }))
}
