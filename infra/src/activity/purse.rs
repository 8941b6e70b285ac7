//! What rows cost: a point each, out of a budget of their own of whoever sends them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::ingest::BATCH;
use crate::budget::{Allowance, Budget};

/// The longest that a batch of a stream waits for its points: short enough that nothing between
/// here and the client takes the connection for dead.
const PATIENCE: Duration = Duration::from_secs(10);

/// A budget for rows, and who draws on it.
#[derive(Clone, Debug)]
pub struct Purse {
    budget: Budget,
    who: Arc<str>,
}

/// The points are not there, and none were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Seconds until they will be, at least 1.
    pub wait_seconds: u32,
}

impl Purse {
    /// The purse of `who`.
    pub fn new(budget: Budget, who: Arc<str>) -> Self {
        Self { budget, who }
    }

    /// How many rows are paid for at once.
    pub(super) fn batch(&self) -> usize {
        usize::try_from(self.budget.allowance().points).map_or(BATCH, |points| points.clamp(1, BATCH))
    }

    /// The size of the budget.
    pub fn allowance(&self) -> Allowance {
        self.budget.allowance()
    }

    /// The points that are left.
    pub async fn left(&self) -> u32 {
        self.budget.charge(&self.who, 0).await.left
    }

    /// Whether there is anything in it.
    ///
    /// # Errors
    /// When it is empty: how long to wait for a whole batch.
    pub async fn look(&self) -> Result<(), Spent> {
        if self.left().await > 0 { Ok(()) } else { Err(self.spent(points(self.batch()), 0)) }
    }

    /// Takes the points of so many rows, all or none.
    ///
    /// # Errors
    /// When they are not there.
    pub async fn take(&self, rows: usize) -> Result<(), Spent> {
        let points = points(rows);
        let balance = self.budget.charge(&self.who, points).await;
        if balance.is_granted { Ok(()) } else { Err(self.spent(points, balance.left)) }
    }

    /// As [`Purse::take`], but waits for points that come back soon: whoever sends faster than
    /// that is slowed down.
    ///
    /// # Errors
    /// When they will not be there soon.
    pub async fn take_patiently(&self, rows: usize) -> Result<(), Spent> {
        let mut waited = Duration::ZERO;
        loop {
            let Err(spent) = self.take(rows).await else { return Ok(()) };
            let wait = Duration::from_secs(spent.wait_seconds.into());
            // Others may draw on it too, so that the wait can be for nothing.
            if waited + wait > PATIENCE {
                return Err(spent);
            }
            sleep(wait).await;
            waited += wait;
        }
    }

    /// Gives back the points of rows that turned out to be there already.
    pub async fn give_back(&self, rows: u64) {
        if rows > 0 {
            self.budget.give_back(&self.who, u32::try_from(rows).unwrap_or(u32::MAX)).await;
        }
    }

    fn spent(&self, points: u32, left: u32) -> Spent {
        Spent { wait_seconds: self.budget.allowance().seconds_for(points.saturating_sub(left)) }
    }
}

fn points(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use qun_domain::time::Timestamp;

    use super::*;
    use crate::clock::Clock;

    fn purse(points: u32, per_second: u32) -> (Purse, Clock) {
        let clock = Clock::fixed(Timestamp::from_millis(1_000_000).expect("a time"));
        let budget = Budget::new(Allowance { points, per_second }, clock.clone(), None);
        (Purse::new(budget, "ann".into()), clock)
    }

    #[test]
    fn a_batch_is_never_more_than_a_full_budget() {
        assert_eq!((purse(500, 1).0.batch(), purse(1_000_000, 1).0.batch()), (500, BATCH));
    }

    #[tokio::test]
    async fn points_are_taken_and_given_back() {
        let (purse, clock) = purse(100, 10);
        assert_eq!((purse.look().await, purse.left().await), (Ok(()), 100));
        assert_eq!(purse.take(60).await, Ok(()));
        assert_eq!(purse.take(60).await, Err(Spent { wait_seconds: 2 }));
        purse.give_back(20).await;
        assert_eq!(purse.take(60).await, Ok(()));
        assert_eq!(purse.look().await, Err(Spent { wait_seconds: 10 }));
        clock.set(Timestamp::from_millis(1_000_100).expect("a time"));
        assert_eq!((purse.look().await, purse.left().await), (Ok(()), 1));
    }

    #[tokio::test]
    async fn what_comes_back_late_is_not_waited_for() {
        let (purse, _) = purse(100, 1);
        assert_eq!(purse.take_patiently(90).await, Ok(()));
        assert_eq!(purse.take_patiently(100).await, Err(Spent { wait_seconds: 90 }));
        assert_eq!(purse.left().await, 10, "nothing was taken");
    }
}
