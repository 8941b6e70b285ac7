//! Log-in is tried a few times a quarter of an hour for one address. In process: `n`
//! servers allow `n` times as many.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use qun_domain::access::Email;
use qun_domain::time::Timestamp;

/// Failed tries in a window before the next is refused.
const TRIES: usize = 10;
/// The length of the window, in milliseconds: 15 minutes.
const WINDOW: i64 = 15 * 60 * Timestamp::SECOND;
/// How many addresses are watched at most; a few megabytes.
const MOST: usize = 10_000;

/// Counts the tries of each address.
#[derive(Default)]
pub(super) struct Throttle {
    tries: Mutex<HashMap<Email, VecDeque<Timestamp>>>,
}

impl Throttle {
    /// Counts a try before it is made, so that tries at the same time cannot pass
    /// together and one that is broken off counts; or says in how many seconds
    /// the next is allowed.
    pub(super) fn admit(&self, email: &Email, now: Timestamp) -> Result<(), u64> {
        let mut all = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(email) && all.len() >= MOST {
            make_room(&mut all, now);
        }
        let tries = all.entry(email.clone()).or_default();
        while tries.front().is_some_and(|first| now.millis() - first.millis() >= WINDOW) {
            tries.pop_front();
        }
        match tries.front() {
            Some(first) if tries.len() >= TRIES => {
                let wait = (first.millis() + WINDOW - now.millis()).max(1);
                Err(u64::try_from(wait).unwrap_or_default().div_ceil(1_000))
            }
            _ => {
                tries.push_back(now);
                Ok(())
            }
        }
    }

    /// Forgets the tries of an address whose password was right.
    pub(super) fn forget(&self, email: &Email) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(email);
    }
}

/// Drops the addresses whose tries are over; when all are recent, the one tried longest ago.
fn make_room(all: &mut HashMap<Email, VecDeque<Timestamp>>, now: Timestamp) {
    all.retain(|_, tries| tries.back().is_some_and(|last| now.millis() - last.millis() < WINDOW));
    if all.len() >= MOST {
        let quietest = all.iter().min_by_key(|(_, tries)| tries.back()).map(|(email, _)| email.clone());
        quietest.and_then(|email| all.remove(&email));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        text.parse().expect("an address")
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000_000 + minute * 60_000).expect("a time")
    }

    #[test]
    fn the_eleventh_try_waits_until_the_first_is_over() {
        let (throttle, ann) = (Throttle::default(), email("ann@example.org"));
        for minute in 0..10 {
            assert_eq!(throttle.admit(&ann, at(minute)), Ok(()));
        }
        assert_eq!(throttle.admit(&ann, at(10)), Err(5 * 60));
        assert_eq!(throttle.admit(&ann, at(15).plus_millis(-1)), Err(1));
        assert_eq!(throttle.admit(&email("bob@example.org"), at(10)), Ok(()));
        assert_eq!(throttle.admit(&ann, at(15)), Ok(()));
        assert_eq!(throttle.admit(&ann, at(15)), Err(60));
    }

    #[test]
    fn a_success_forgets() {
        let (throttle, ann) = (Throttle::default(), email("ann@example.org"));
        for _ in 0..30 {
            assert_eq!(throttle.admit(&ann, at(0)), Ok(()));
            throttle.forget(&ann);
        }
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for n in 0..MOST + 5 {
            assert_eq!(throttle.admit(&email(&format!("{n}@example.org")), at(0)), Ok(()));
        }
        assert_eq!(throttle.tries.lock().expect("a lock").len(), MOST);
        assert_eq!(throttle.admit(&email("late@example.org"), at(15)), Ok(()));
        assert_eq!(throttle.tries.lock().expect("a lock").len(), 1);
    }
}
