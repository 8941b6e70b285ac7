//! What an actor may spend: a bucket of points that fills up again (token bucket).
//!
//! With Redis all servers draw from one bucket, in one atomic step. Without it, or while it
//! does not answer, each server keeps its own: then a client may spend as often as there are
//! servers, and no request waits for Redis.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use moka::sync::Cache;
use qun_domain::time::Timestamp;
use redis::{RedisError, Script};

use crate::clock::Clock;
use crate::redis::Redis;

/// How many buckets a process keeps.
const MOST: u64 = 100_000;

/// The size of each bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Points of a full bucket.
    pub points: u32,
    /// Points that come back each second, at least 1.
    pub per_second: u32,
}

impl Allowance {
    /// How long so many points take to come back, in whole seconds, at least 1.
    pub fn seconds_for(self, points: u32) -> u32 {
        points.div_ceil(self.per_second.max(1)).max(1)
    }
}

/// What is left after a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Whether the points were there. If not, none were taken.
    pub is_granted: bool,
    /// Points that are left.
    pub left: u32,
}

/// The buckets of all actors. Clones share them.
#[derive(Clone, Debug)]
pub struct Budget {
    /// What is spent, for Redis.
    what: &'static str,
    allowance: Allowance,
    clock: Clock,
    redis: Option<Redis>,
    own: Cache<String, Arc<Mutex<Bucket>>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

impl Bucket {
    /// Takes points if they are there; a negative charge gives some back.
    fn charge(&mut self, allowance: Allowance, points: f64, now: Timestamp) -> Balance {
        // A clock that was set back fills nothing.
        let passed = (now.millis() - self.at.millis()).max(0) as f64 / 1_000.0;
        let full = f64::from(allowance.points);
        self.at = self.at.max(now);
        self.left = (self.left + passed * f64::from(allowance.per_second)).min(full);
        let is_granted = self.left >= points;
        if is_granted {
            self.left = (self.left - points).min(full);
        }
        Balance { is_granted, left: whole(self.left) }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut to what fits")]
fn whole(points: f64) -> u32 {
    points as u32
}

impl Budget {
    /// Full buckets of points for queries.
    pub fn new(allowance: Allowance, clock: Clock, redis: Option<Redis>) -> Self {
        Self { what: "queries", allowance, clock, redis, own: Cache::new(MOST) }
    }

    /// The same for something else than queries.
    #[must_use]
    pub fn of(self, what: &'static str) -> Self {
        Self { what, ..self }
    }

    /// The size of each bucket.
    pub fn allowance(&self) -> Allowance {
        self.allowance
    }

    /// Takes points out of the bucket of `who`, all of them or none.
    pub async fn charge(&self, who: &str, points: u32) -> Balance {
        self.move_points(who, i64::from(points)).await
    }

    /// Gives back points that were charged and not used.
    pub async fn give_back(&self, who: &str, points: u32) -> Balance {
        self.move_points(who, -i64::from(points)).await
    }

    async fn move_points(&self, who: &str, points: i64) -> Balance {
        let now = self.clock.now();
        if let Some(redis) = &self.redis
            && let Some(balance) = redis.ask(now, "budget", self.shared(redis, who, points, now)).await
        {
            return balance;
        }
        let full = || Arc::new(Mutex::new(Bucket { left: f64::from(self.allowance.points), at: now }));
        let bucket = self.own.get_with_by_ref(who, full);
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.charge(self.allowance, points as f64, now)
    }

    async fn shared(
        &self,
        redis: &Redis,
        who: &str,
        points: i64,
        now: Timestamp,
    ) -> Result<Balance, RedisError> {
        let mut connection = redis.connection();
        let mut call = CHARGE.prepare_invoke();
        call.key(format!("qun:budget:{}:{who}", self.what))
            .arg(self.allowance.points)
            .arg(self.allowance.per_second)
            .arg(points)
            .arg(now.millis());
        let (granted, left): (u8, u32) = call.invoke_async(&mut connection).await?;
        Ok(Balance { is_granted: granted == 1, left })
    }
}

/// The same arithmetic as [`Bucket::charge`]. A bucket that would be full again is no longer kept.
static CHARGE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local full, rate, points, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
local left, at = tonumber(kept[1]) or full, tonumber(kept[2]) or now
left = math.min(full, left + math.max(0, now - at) / 1000 * rate)
at = math.max(at, now)
local granted = left >= points
if granted then left = math.min(full, left - points) end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', at)
redis.call('PEXPIRE', KEYS[1], math.ceil((full - left) / rate * 1000) + 1000)
return {granted and 1 or 0, math.floor(left)}",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { points: 100, per_second: 10 };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).expect("a time")
    }

    /// What each step leaves: points charged, milliseconds since the start, then the balance.
    const STEPS: [(i64, i64, bool, u32); 9] = [
        (60, 0, true, 40),
        (50, 0, false, 40),
        (50, 900, false, 49),
        (50, 1_000, true, 0),
        (1, 1_050, false, 0),
        (1, 1_100, true, 0),
        // What is given back never overflows the bucket, nor does time.
        (-200, 1_100, true, 100),
        (0, 900_000, true, 100),
        // Set back, the clock fills nothing.
        (100, 1_000, true, 0),
    ];

    async fn walked(budget: &Budget, clock: &Clock, who: &str) {
        for (points, millis, is_granted, left) in STEPS {
            clock.set(at(1_000_000 + millis));
            let balance = budget.move_points(who, points).await;
            assert_eq!(balance, Balance { is_granted, left }, "{points} after {millis} ms");
        }
    }

    #[tokio::test]
    async fn a_bucket_empties_and_fills() {
        let clock = Clock::fixed(at(1_000_000));
        let budget = Budget::new(ALLOWANCE, clock.clone(), None);
        walked(&budget, &clock, "a").await;
        assert_eq!(budget.charge("b", 100).await, Balance { is_granted: true, left: 0 }, "each has a bucket");
    }

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "the server is the business of whoever runs the tests")]
    async fn redis_keeps_the_same_books_for_all_servers() {
        let Ok(url) = std::env::var("QUN_TEST_REDIS_URL") else {
            eprintln!("skipped: QUN_TEST_REDIS_URL names no server");
            return;
        };
        let clock = Clock::fixed(at(1_000_000));
        let redis = Redis::connect(&url).await.expect("a server").with_much_patience();
        let who = format!("test {}", std::process::id());
        let one = Budget::new(ALLOWANCE, clock.clone(), Some(redis.clone()));
        walked(&one, &clock, &who).await;
        let other = Budget::new(ALLOWANCE, clock.clone(), Some(redis.clone()));
        assert_eq!(other.charge(&who, 1).await, Balance { is_granted: false, left: 0 });
        let rows = Budget::new(ALLOWANCE, clock.clone(), Some(redis)).of("rows");
        assert_eq!(rows.charge(&who, 1).await, Balance { is_granted: true, left: 99 }, "another bucket");
    }
}
