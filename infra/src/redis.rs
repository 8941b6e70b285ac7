//! Redis: what servers share and may lose. Nothing of record lives here.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use qun_domain::time::Timestamp;
use redis::aio::ConnectionManager;
use redis::{Client, RedisError};
use tokio::time::timeout;
use tracing::warn;

/// How long Redis may take before one goes on without it.
const PATIENCE: Duration = Duration::from_millis(250);

/// How long a Redis that did not answer is left alone, in milliseconds.
const ALONE: i64 = 2 * Timestamp::SECOND;

/// A connection that mends itself. Clones share it.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    connection: ConnectionManager,
    patience: Duration,
    /// When it was last asked in vain, in milliseconds.
    failed_at: Arc<AtomicI64>,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redis")
    }
}

impl Redis {
    /// Connects.
    ///
    /// # Errors
    /// When the URL is none, or nobody answers.
    pub async fn connect(url: &str) -> Result<Self, RedisError> {
        let client = Client::open(url)?;
        let connection = client.get_connection_manager().await?;
        Ok(Self { client, connection, patience: PATIENCE, failed_at: Arc::new(AtomicI64::new(i64::MIN)) })
    }

    /// For tests: a busy machine must not look like a Redis that is away.
    #[cfg(test)]
    pub(crate) fn with_much_patience(mut self) -> Self {
        self.patience = Duration::from_mins(1);
        self
    }

    pub(crate) fn connection(&self) -> ConnectionManager {
        self.connection.clone()
    }

    /// What comes of `call`, if it comes in time; `None` where one has to go on without it.
    /// Right after it failed to answer, Redis is not asked.
    pub(crate) async fn ask<T>(
        &self,
        now: Timestamp,
        what: &'static str,
        call: impl Future<Output = Result<T, RedisError>>,
    ) -> Option<T> {
        if now.millis().saturating_sub(self.failed_at.load(Ordering::Relaxed)) < ALONE {
            return None;
        }
        match timeout(self.patience, call).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => warn!(error = &error as &dyn std::error::Error, "Redis keeps no {what}"),
            Err(_) => warn!("Redis keeps no {what}: no answer in time"),
        }
        self.failed_at.store(now.millis(), Ordering::Relaxed);
        None
    }

    /// What is published on a channel from now on, over a connection of its own; the stream ends
    /// with that connection.
    pub(crate) async fn listen(&self, channel: &str) -> Result<impl Stream<Item = String>, RedisError> {
        let mut connection = self.client.get_async_pubsub().await?;
        connection.subscribe(channel).await?;
        let texts = |message: redis::Msg| std::future::ready(message.get_payload().ok());
        Ok(connection.into_on_message().filter_map(texts))
    }

    /// Whether it answers.
    pub async fn answers(&self) -> bool {
        let mut connection = self.connection.clone();
        redis::cmd("PING").query_async::<String>(&mut connection).await.is_ok()
    }
}
