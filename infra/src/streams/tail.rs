use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use qun_domain::fault::Fault;
use qun_domain::streams::Position;
use tokio::sync::{Notify, broadcast};
use tokio::time::{sleep, timeout};
use tracing::warn;

use super::event::Event;
use super::read::{head, stretch};
use crate::db::OrgRead;

/// Events that are kept for readers which are not as fast as the others.
pub(super) const RING: usize = 256;

/// How long a tail waits to be woken before it looks whether anybody still follows.
const IDLE: Duration = Duration::from_secs(10);

/// How long a tail lets the database alone that did not answer.
const AGAIN: Duration = Duration::from_secs(1);

/// The end of one organization's events, read once for all who follow them in this process.
pub(super) struct Tail {
    ring: broadcast::Sender<Arc<Event>>,
    /// The last position that was looked at; less than nothing before the first.
    seen: AtomicI64,
    wake: Notify,
}

impl Tail {
    pub(super) fn new() -> Self {
        Self { ring: broadcast::Sender::new(RING), seen: AtomicI64::new(-1), wake: Notify::new() }
    }

    /// What is told from now on.
    pub(super) fn listen(&self) -> broadcast::Receiver<Arc<Event>> {
        self.ring.subscribe()
    }

    pub(super) fn is_followed(&self) -> bool {
        self.ring.receiver_count() > 0
    }

    /// Looks at the table now.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Looks at the table now, if it goes further than what was seen.
    pub(super) fn wake_to(&self, position: Position) {
        if position.0 > self.seen.load(Ordering::SeqCst) {
            self.wake();
        }
    }

    /// Reads and tells for as long as `goes_on` says so.
    pub(super) async fn run(&self, read: OrgRead, goes_on: impl Fn() -> bool) {
        while goes_on() {
            match self.catch_up(&read).await {
                // Nobody woke: that is no fault.
                Ok(()) => drop(timeout(IDLE, self.wake.notified()).await),
                Err(fault) => {
                    warn!(fault = fault.chain(), "events are not read");
                    sleep(AGAIN).await;
                }
            }
        }
    }

    /// Where it begins to tell. Whoever follows reads the table after this, so that nothing
    /// falls between the two.
    pub(super) async fn begin(&self, read: &OrgRead) -> Result<Position, Fault> {
        let seen = self.seen.load(Ordering::SeqCst);
        if seen >= 0 {
            return Ok(Position(seen));
        }
        let head = head(read, Position::default()).await?.position;
        let begun = self.seen.compare_exchange(-1, head.0, Ordering::SeqCst, Ordering::SeqCst);
        Ok(Position(begun.map_or_else(|first| first, |_| head.0)))
    }

    /// Tells what is new.
    async fn catch_up(&self, read: &OrgRead) -> Result<(), Fault> {
        let mut seen = self.begin(read).await?;
        loop {
            let found = stretch(read, seen).await?;
            for event in found.events {
                // Without a receiver there is nobody to tell.
                let _ = self.ring.send(event);
            }
            seen = found.to;
            self.seen.store(seen.0, Ordering::SeqCst);
            if found.is_last {
                return Ok(());
            }
        }
    }
}
