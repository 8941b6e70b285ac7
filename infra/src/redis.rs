//! Redis: what servers share and may lose. Nothing of record lives here.

use futures_util::{Stream, StreamExt};
use redis::aio::ConnectionManager;
use redis::{Client, RedisError};

/// A connection that mends itself.
#[derive(Clone)]
pub struct Redis {
    client: Client,
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
        let client = Client::open(url)?;
        let connection = client.get_connection_manager().await?;
        Ok(Self { client, connection })
    }

    pub(crate) fn connection(&self) -> ConnectionManager {
        self.connection.clone()
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
