//! Log-in is tried, and letters are asked for, a few times a quarter of an hour, for one mailbox
//! and from one network address. With Redis all servers count together; without it each for itself.

use std::net::{IpAddr, Ipv6Addr};

use qun_domain::access::Email;
use sha2::{Digest, Sha256};

use crate::budget::{Allowance, Budget};
use crate::clock::Clock;
use crate::redis::Redis;

/// The buckets hold seconds: 15 minutes of them, and one comes back each second.
const BUCKET: Allowance = Allowance { points: 15 * 60, per_second: 1 };
/// What anything from a network address costs: 100 at once, then one in 9 seconds.
const FROM_ADDRESS: u32 = BUCKET.points / 100;

/// Counts the tries.
pub(super) struct Throttle {
    budget: Budget,
    /// What is counted.
    what: &'static str,
    /// What one for a mailbox costs.
    for_account: u32,
}

impl Throttle {
    /// For one account 10 tries at once, then one in 90 seconds.
    pub(super) fn log_in(clock: Clock, redis: Option<Redis>) -> Self {
        let budget = Budget::new(BUCKET, clock, redis);
        Self { budget, what: "log-in", for_account: BUCKET.points / 10 }
    }

    /// To one mailbox 3 letters at once, then one in 5 minutes.
    pub(super) fn letters(clock: Clock, redis: Option<Redis>) -> Self {
        let budget = Budget::new(BUCKET, clock, redis);
        Self { budget, what: "letter", for_account: BUCKET.points / 3 }
    }

    /// Counts a try before it is made, so that tries at the same time cannot pass
    /// together and one that is broken off counts; or says in how many seconds
    /// the next is allowed.
    pub(super) async fn admit(&self, email: &Email, address: Option<&str>) -> Result<(), u64> {
        let from = address.map(|address| self.for_address(address));
        if let Some(from) = &from {
            self.draw(from, FROM_ADDRESS).await?;
        }
        if let Err(wait) = self.draw(&self.for_account(email), self.for_account).await {
            if let Some(from) = &from {
                self.budget.give_back(from, FROM_ADDRESS).await;
            }
            return Err(wait);
        }
        Ok(())
    }

    /// Forgets the tries for an account whose password was right, and the one from its address.
    pub(super) async fn forget(&self, email: &Email, address: Option<&str>) {
        self.budget.give_back(&self.for_account(email), BUCKET.points).await;
        if let Some(address) = address {
            self.budget.give_back(&self.for_address(address), FROM_ADDRESS).await;
        }
    }

    async fn draw(&self, who: &str, seconds: u32) -> Result<(), u64> {
        let balance = self.budget.charge(who, seconds).await;
        if balance.is_granted { Ok(()) } else { Err(u64::from(seconds.saturating_sub(balance.left).max(1))) }
    }

    /// By hash: a copy of Redis names nobody.
    fn for_account(&self, email: &Email) -> String {
        let hash: [u8; 32] = Sha256::digest(email.as_str()).into();
        format!("{} account {}", self.what, hash.map(|byte| format!("{byte:02x}")).concat())
    }

    /// A home has a whole network of the sixth version (its first 64 bits), and one address of
    /// the fourth.
    fn for_address(&self, address: &str) -> String {
        let what = self.what;
        match address.parse() {
            Ok(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{what} address {}", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            _ => format!("{what} address {address}"),
        }
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
