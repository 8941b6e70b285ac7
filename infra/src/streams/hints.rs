//! Redis carries which organization has new events, and no event: a message that is lost costs
//! the time until a process looks by itself.

use std::error::Error;
use std::time::Duration;

use futures_util::StreamExt;
use qun_domain::id::OrgId;
use qun_domain::time::Timestamp;
use redis::cmd;
use tokio::time::sleep;
use tracing::warn;

use super::hub::Streams;
use crate::redis::Redis;

/// The channel of all organizations; a message is the id of one.
const CHANNEL: &str = "qun:events";

/// How long a Redis whose connection ended is left alone.
const ALONE: Duration = Duration::from_secs(2);

/// Tells other processes where to look. A Redis that does not answer is waited for once.
pub(super) async fn give(redis: &Redis, now: Timestamp, orgs: impl Iterator<Item = OrgId>) {
    for org in orgs {
        let mut connection = redis.connection();
        let mut publish = cmd("PUBLISH");
        publish.arg(CHANNEL).arg(org.to_string());
        if redis.ask(now, "hints", publish.query_async::<i64>(&mut connection)).await.is_none() {
            return;
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
