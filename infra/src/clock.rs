//! The injected clock: the only place that asks what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use qun_domain::time::Timestamp;

/// Where the present comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is set, for tests and replays.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `at` until [`Clock::set`] is called.
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.millis())))
    }

    /// Moves a fixed clock; the system clock is left alone.
    pub fn set(&self, at: Timestamp) {
        if let Self::Fixed(millis) = self {
            millis.store(at.millis(), Ordering::SeqCst);
        }
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        let millis = match self {
            Self::System => system_millis(),
            Self::Fixed(millis) => millis.load(Ordering::SeqCst),
        };
        Timestamp::from_millis(millis).unwrap_or_else(|| chrono::DateTime::UNIX_EPOCH.into())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that everything else takes")]
fn system_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
