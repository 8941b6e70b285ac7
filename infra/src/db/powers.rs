use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Counts the changes of what somebody may do, so that whoever remembers it knows when to ask
/// again: assignments, suspensions, groups that are put elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Powers {
    epoch: AtomicU64,
    changed: Notify,
}

impl Powers {
    /// What is remembered with another number than this one is to be asked anew. It is read
    /// before the question, so that an answer which a change overtakes is not kept.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// This process changed something.
    pub(super) fn change(&self) {
        self.forget();
        self.changed.notify_one();
    }

    /// Another process may have changed something.
    pub(crate) fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    /// Ends when this process has changed something that others were not yet told of.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }
}
