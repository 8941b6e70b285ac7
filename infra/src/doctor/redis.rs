use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Client, InfoDict, RedisError};
use tokio::time::timeout;

use super::{Finding, clock};
use crate::clock::Clock;

const CHECK: &str = "redis";

/// How long Redis may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The first major version that is tried with Qun.
const OLDEST: u32 = 6;

/// Looks the Redis of `url` over.
pub async fn examine_redis(url: &str, now: &Clock) -> Vec<Finding> {
    match timeout(PATIENCE, ask(url, now)).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => vec![unreachable(&error.to_string())],
        Err(_) => vec![unreachable(&format!("no answer within {} seconds", PATIENCE.as_secs()))],
    }
}

fn unreachable(why: &str) -> Finding {
    Finding::problem(
        CHECK,
        format_args!("Redis does not answer: {why}"),
        "A server that starts now would end with exit code 3. Start Redis, or mend redis_url.",
    )
}

async fn ask(url: &str, now: &Clock) -> Result<Vec<Finding>, RedisError> {
    let mut conn = Client::open(url)?.get_multiplexed_async_connection().await?;
    let before = now.now();
    let (seconds, micros): (i64, i64) = redis::cmd("TIME").query_async(&mut conn).await?;
    let time = clock::compare("redis clock", "Redis", before, seconds * 1_000 + micros / 1_000, now.now());
    let mut found = match redis::cmd("INFO").query_async::<InfoDict>(&mut conn).await {
        Ok(info) => about(&info),
        // A user of Redis may be kept from INFO; Qun itself does not need it.
        Err(error) => vec![Finding::ok(CHECK, format_args!("answers; it tells nothing of itself: {error}"))],
    };
    found.push(scripts(&mut conn).await);
    found.push(time);
    Ok(found)
}

/// Budgets are drawn from by a script.
async fn scripts(conn: &mut MultiplexedConnection) -> Finding {
    let told = redis::cmd("EVAL").arg("return 1").arg(0).query_async::<i64>(conn).await;
    match told {
        Ok(_) => Finding::ok("redis scripts", "run"),
        Err(error) => Finding::problem(
            "redis scripts",
            format_args!("Redis runs no script for this user: {error}"),
            "Allow the user EVAL and EVALSHA: budgets of queries are kept by a script.",
        ),
    }
}

fn about(info: &InfoDict) -> Vec<Finding> {
    let text = |key: &str| info.get::<String>(key).unwrap_or_default();
    let (version, policy) = (text("redis_version"), text("maxmemory_policy"));
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    let most = info.get::<u64>("maxmemory").unwrap_or_default();
    let kept = if text("aof_enabled") == "1" { "; it logs to disk, which Qun does not need" } else { "" };
    let said = format!("Redis {version}{kept}");
    let mut found = vec![if major.is_some_and(|major| major < OLDEST) {
        Finding::warning(CHECK, said, format_args!("Qun is tried with Redis {OLDEST} and later."))
    } else {
        Finding::ok(CHECK, said)
    }];
    found.push(memory(most, &policy));
    found
}

fn memory(most: u64, policy: &str) -> Finding {
    const CHECK: &str = "redis memory";
    match (most, policy) {
        (0, _) => Finding::ok(CHECK, "no limit; what Qun keeps there expires by itself"),
        (_, "noeviction") => Finding::warning(
            CHECK,
            format_args!(
                "limited to {} MiB under noeviction: when it is full, nothing can be written",
                most >> 20
            ),
            "Set maxmemory-policy to volatile-ttl: what Qun keeps there may be lost.",
        ),
        _ => Finding::ok(CHECK, format_args!("limited to {} MiB under {policy}", most >> 20)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn a_full_redis_that_takes_nothing_is_warned_of() {
        for (most, policy, level) in [
            (0, "noeviction", Level::Ok),
            (1 << 30, "noeviction", Level::Warning),
            (1 << 30, "volatile-ttl", Level::Ok),
            (1 << 30, "allkeys-lru", Level::Ok),
        ] {
            assert_eq!(memory(most, policy).level, level, "{most} {policy}");
        }
    }
}
