//! Redis carries which organization has new events, and no event: a message that is lost costs
//! the time until a process looks by itself.

use std::error::Error;
use std::time::Duration;

use futures_util::StreamExt;
use qun_domain::id::OrgId;
use qun_domain::time::Timestamp;
use redis::cmd;
use tokio::time::{sleep, timeout};
use tracing::warn;

use super::hub::Streams;
use crate::clock::Clock;
use crate::redis::Redis;

/// The channel of all organizations; a message is the id of one.
const CHANNEL: &str = "qun:events";

/// How long Redis may take to pass a hint on.
const PATIENCE: Duration = Duration::from_millis(250);

/// How long a Redis that did not answer is left alone.
const ALONE: Duration = Duration::from_secs(2);

/// Tells other processes where to look.
pub(super) struct Hints {
    redis: Redis,
    clock: Clock,
    /// No hints are given before this instant.
    from: Timestamp,
}

impl Hints {
    pub(super) fn new(redis: Redis, clock: Clock) -> Self {
        let from = clock.now();
        Self { redis, clock, from }
    }

    /// The relay waits for a slow Redis once, and then leaves it alone for a while.
    pub(super) async fn give(&mut self, orgs: impl Iterator<Item = OrgId>) {
        for org in orgs {
            if self.clock.now() < self.from {
                return;
            }
            let mut connection = self.redis.connection();
            let mut publish = cmd("PUBLISH");
            publish.arg(CHANNEL).arg(org.to_string());
            match timeout(PATIENCE, publish.query_async::<i64>(&mut connection)).await {
                Ok(Ok(_)) => continue,
                Ok(Err(error)) => warn!(error = &error as &dyn Error, "Redis passes no hints on"),
                Err(_) => warn!("Redis passes no hints on: no answer in time"),
            }
            let alone = i64::try_from(ALONE.as_millis()).unwrap_or(i64::MAX);
            self.from = self.clock.now().plus_millis(alone);
        }
    }
}

/// Hears where to look, for as long as this process lives.
pub(super) async fn listen(streams: Streams, redis: Redis) {
    loop {
        match redis.listen(CHANNEL).await {
            Ok(mut orgs) => {
                while let Some(org) = orgs.next().await {
                    if let Ok(org) = org.parse() {
                        streams.wake(org);
                    }
                }
                warn!("Redis gives no hints: the connection ended");
            }
            Err(error) => warn!(error = &error as &dyn Error, "Redis gives no hints"),
        }
        sleep(ALONE).await;
    }
}
