//! What all clients of a run share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::cluster::Cluster;
use crate::tally::Tally;

/// After so long readers of streams go by themselves.
const LAST_CHECKS: Duration = Duration::from_mins(2);

pub(crate) struct Run<'a> {
    pub(crate) cluster: &'a Cluster<'a>,
    pub(crate) tally: Tally,
    pub(crate) end: Instant,
    /// Whether readers of streams may go.
    pub(crate) is_closed: AtomicBool,
}

impl Run<'_> {
    /// Whether nothing more is begun.
    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed) || Instant::now() > self.end + LAST_CHECKS
    }
}
