//! Log-in is tried, and letters are asked for, a few times a quarter of an hour, for one mailbox
//! and from one network address. With Redis all servers count together; without it each for itself.

use std::net::{IpAddr, Ipv6Addr};

use qun_domain::access::Email;
use sha2::{Digest, Sha256};

use crate::budget::{Allowance, Budget};
use crate::clock::Clock;
use crate::hex::hex;
use crate::redis::Redis;

/// The buckets hold seconds: 15 minutes of them, and one comes back each second.
const BUCKET: Allowance = Allowance { points: 15 * 60, per_second: 1 };
/// What anything from a network address costs: 100 at once, then one in 9 seconds.
const FROM_ADDRESS: u32 = BUCKET.points / 100;
/// What a try for an account costs, wherever it comes from: 50 at once, then one in 18 seconds.
const FOR_ACCOUNT: u32 = BUCKET.points / 50;
/// What a try for an account from one address costs: 10 at once, then one in 90 seconds. So a
/// stranger who hammers shuts himself out, and not the owner.
const FOR_ACCOUNT_FROM: u32 = BUCKET.points / 10;
/// What a code of a second factor costs, after the right password, wherever it comes from: 5 at
/// once, then one in 3 minutes. Of a million codes three are good at any time.
const CODE: u32 = BUCKET.points / 5;
/// What a letter to a mailbox costs: 3 at once, then one in 5 minutes.
const LETTER: u32 = BUCKET.points / 3;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    LogIn,
    Letter,
}

/// Counts the tries.
pub(super) struct Throttle {
    budget: Budget,
    what: What,
}

impl Throttle {
    /// Counts tries of log-in.
    pub(super) fn log_in(clock: Clock, redis: Option<Redis>) -> Self {
        Self { budget: Budget::new(BUCKET, clock, redis), what: What::LogIn }
    }

    /// Counts letters.
    pub(super) fn letters(clock: Clock, redis: Option<Redis>) -> Self {
        Self { budget: Budget::new(BUCKET, clock, redis), what: What::Letter }
    }

    /// Counts a try before it is made, so that tries at the same time cannot pass
    /// together and one that is broken off counts; or says in how many seconds
    /// the next is allowed.
    pub(super) async fn admit(&self, email: &Email, address: Option<&str>) -> Result<(), u64> {
        let buckets = self.buckets(email, address);
        for (at, (bucket, cost)) in buckets.iter().enumerate() {
            if let Err(wait) = self.draw(bucket, *cost).await {
                for (bucket, cost) in &buckets[..at] {
                    self.budget.give_back(bucket, *cost).await;
                }
                return Err(wait);
            }
        }
        Ok(())
    }

    /// Forgets the tries for an account whose password was right, and the one from its address.
    pub(super) async fn forget(&self, email: &Email, address: Option<&str>) {
        for (bucket, cost) in self.buckets(email, address) {
            let points = if cost == FROM_ADDRESS { cost } else { BUCKET.points };
            self.budget.give_back(&bucket, points).await;
        }
    }

    /// Counts a try of which it is not known yet for which account: by its network address alone.
    pub(super) async fn admit_from(&self, address: Option<&str>) -> Result<(), u64> {
        match address {
            Some(address) => self.draw(&self.network_bucket(address), FROM_ADDRESS).await,
            None => Ok(()),
        }
    }

    /// Forgets two such tries, there and back, of somebody who was let in.
    pub(super) async fn forget_from(&self, address: Option<&str>) {
        if let Some(address) = address {
            self.budget.give_back(&self.network_bucket(address), 2 * FROM_ADDRESS).await;
        }
    }

    /// Counts a code before it is looked at, as [`Throttle::admit`] counts a try.
    pub(super) async fn admit_code(&self, email: &Email) -> Result<(), u64> {
        self.draw(&code_bucket(email), CODE).await
    }

    /// Forgets the codes for an account that was right in the end.
    pub(super) async fn forget_codes(&self, email: &Email) {
        self.budget.give_back(&code_bucket(email), BUCKET.points).await;
    }

    /// From which buckets a try draws, and how much.
    fn buckets(&self, email: &Email, address: Option<&str>) -> Vec<(String, u32)> {
        let account = hashed(email);
        let network = address.map(network_of).unwrap_or_default();
        let mut buckets = Vec::new();
        match self.what {
            What::LogIn => {
                buckets.push((format!("log-in account {account} {network}"), FOR_ACCOUNT_FROM));
                buckets.push((format!("log-in account {account}"), FOR_ACCOUNT));
            }
            What::Letter => {
                buckets.push((format!("letter account {account}"), LETTER));
            }
        }
        if let Some(address) = address {
            buckets.push((self.network_bucket(address), FROM_ADDRESS));
        }
        buckets
    }

    fn network_bucket(&self, address: &str) -> String {
        let what = match self.what {
            What::LogIn => "log-in",
            What::Letter => "letter",
        };
        format!("{what} address {}", network_of(address))
    }

    async fn draw(&self, who: &str, seconds: u32) -> Result<(), u64> {
        let balance = self.budget.charge(who, seconds).await;
        if balance.is_granted { Ok(()) } else { Err(u64::from(seconds.saturating_sub(balance.left).max(1))) }
    }
}

/// By hash: a copy of Redis names nobody.
fn hashed(email: &Email) -> String {
    hex(&Sha256::digest(email.as_str()))
}

fn code_bucket(email: &Email) -> String {
    format!("code account {}", hashed(email))
}

/// What counts as one address: a home has a whole network of the sixth version (its first 64
/// bits), and one address of the fourth.
pub fn network_of(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use qun_domain::time::Timestamp;

    use super::*;

    fn email(text: &str) -> Email {
        text.parse().expect("an address")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000_000 + second * 1_000).expect("a time")
    }

    fn throttle() -> (Clock, Throttle) {
        let clock = Clock::fixed(at(0));
        (clock.clone(), Throttle::log_in(clock, None))
    }

    #[tokio::test]
    async fn the_eleventh_try_for_an_account_waits() {
        let (clock, throttle) = throttle();
        let ann = email("ann@example.org");
        for _ in 0..10 {
            assert_eq!(throttle.admit(&ann, None).await, Ok(()));
        }
        assert_eq!(throttle.admit(&ann, None).await, Err(90));
        assert_eq!(throttle.admit(&email("bob@example.org"), None).await, Ok(()));
        clock.set(at(89));
        assert_eq!(throttle.admit(&ann, None).await, Err(1));
        clock.set(at(90));
        assert_eq!(throttle.admit(&ann, None).await, Ok(()));
        assert_eq!(throttle.admit(&ann, None).await, Err(90));
    }

    #[tokio::test]
    async fn who_hammers_shuts_nobody_else_out_soon() {
        let (_, throttle) = throttle();
        let ann = email("ann@example.org");
        for n in 0..200 {
            assert_eq!(throttle.admit(&ann, Some("192.0.2.1")).await.is_ok(), n < 10);
        }
        assert_eq!(throttle.admit(&ann, Some("192.0.2.2")).await, Ok(()), "the owner");
        for n in 0..50 {
            let admitted = throttle.admit(&ann, Some(&format!("198.51.100.{n}"))).await;
            assert_eq!(admitted.is_ok(), n < 39, "many addresses meet the limit of the account");
        }
    }

    #[tokio::test]
    async fn a_success_forgets() {
        let (_, throttle) = throttle();
        for _ in 0..300 {
            assert_eq!(throttle.admit(&email("ann@example.org"), Some("192.0.2.1")).await, Ok(()));
            throttle.forget(&email("ann@example.org"), Some("192.0.2.1")).await;
        }
    }

    #[tokio::test]
    async fn many_accounts_from_one_address_wait_too() {
        let (_, throttle) = throttle();
        let admit = async |n: usize, address: &str| {
            throttle.admit(&email(&format!("{n}@example.org")), Some(address)).await
        };
        for n in 0..100 {
            assert_eq!(admit(n, "2001:db8:0:1::7").await, Ok(()));
        }
        assert_eq!(admit(100, "2001:db8:0:1:ffff::8").await, Err(9), "the same network");
        assert_eq!(admit(100, "2001:db8:0:2::7").await, Ok(()));
        assert_eq!(admit(100, "192.0.2.1").await, Ok(()));
    }

    #[tokio::test]
    async fn a_try_that_its_account_refuses_costs_its_address_nothing() {
        let (_, throttle) = throttle();
        let ann = email("ann@example.org");
        for n in 0..300 {
            assert_eq!(throttle.admit(&ann, Some("192.0.2.1")).await.is_ok(), n < 10);
        }
        assert_eq!(throttle.admit(&email("bob@example.org"), Some("192.0.2.1")).await, Ok(()));
    }
}
