//! Redis carries that somebody may do more or less, and not what: whoever remembers anything asks
//! anew. A message that is lost costs the ten seconds that it would be remembered.

use std::error::Error;
use std::time::Duration;

use futures_util::StreamExt;
use redis::cmd;
use tokio::time::sleep;
use tracing::warn;

use crate::clock::Clock;
use crate::db::Db;
use crate::redis::Redis;
use crate::supervise;

const CHANNEL: &str = "qun:powers";

/// How long a Redis whose connection ended is left alone.
const ALONE: Duration = Duration::from_secs(2);

/// Tells other processes of changes, and hears of theirs, for as long as this process lives.
pub(super) fn share(db: Db, clock: Clock, redis: Redis) {
    supervise::spawn("changes of power by others", hear(db.clone(), redis.clone()));
    supervise::spawn("changes of power", tell(db, clock, redis));
}

async fn tell(db: Db, clock: Clock, redis: Redis) {
    loop {
        db.powers().changed().await;
        let mut connection = redis.connection();
        let mut publish = cmd("PUBLISH");
        publish.arg(CHANNEL).arg("");
        let _ = redis.ask(clock.now(), "changes of power", publish.query_async::<i64>(&mut connection)).await;
    }
}

async fn hear(db: Db, redis: Redis) {
    loop {
        match redis.listen(CHANNEL).await {
            Ok(mut changes) => {
                // What was told while nobody listened is not told again.
                db.powers().forget();
                while changes.next().await.is_some() {
                    db.powers().forget();
                }
                warn!("Redis tells of no changes of power: the connection ended");
            }
            Err(error) => warn!(error = &error as &dyn Error, "Redis tells of no changes of power"),
        }
        sleep(ALONE).await;
    }
}
