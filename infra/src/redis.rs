//! Redis: what servers share and may lose. Nothing of record lives here.

use redis::aio::ConnectionManager;
use redis::{Client, RedisError};

/// A connection that mends itself.
#[derive(Clone)]
pub struct Redis {
    connection: ConnectionManager,
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
        let connection = Client::open(url)?.get_connection_manager().await?;
        Ok(Self { connection })
    }

    pub(crate) fn connection(&self) -> ConnectionManager {
        self.connection.clone()
    }

    /// Whether it answers.
    pub async fn answers(&self) -> bool {
        let mut connection = self.connection.clone();
        redis::cmd("PING").query_async::<String>(&mut connection).await.is_ok()
    }
}
