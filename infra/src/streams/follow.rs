use std::collections::VecDeque;
use std::sync::Arc;

use qun_domain::fault::Fault;
use qun_domain::streams::{Position, RESUMABLE};
use qun_domain::time::Timestamp;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::event::Event;
use super::read::{head, stretch};
use crate::db::OrgRead;

/// Why events cannot be followed from there.
#[derive(Debug)]
pub enum FollowProblem {
    /// No event has that position yet.
    Unknown,
    /// Of what came after it, something is too old to be told.
    Expired,
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for FollowProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Why a reader gets no more.
#[derive(Debug)]
pub enum Cut {
    /// It was further behind than the ring is long.
    SlowReader,
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for Cut {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The events of one organization, in order: first those that the table has, then those of
/// the ring, as they come.
pub struct Follower {
    read: OrgRead,
    ring: Receiver<Arc<Event>>,
    /// The last event that was given out, or passed over.
    at: Position,
    /// Events of the table that were not given out yet.
    page: VecDeque<Arc<Event>>,
    /// Whether the table has nothing before what the ring will tell.
    is_live: bool,
}

impl Follower {
    /// Whoever listens to the ring before looking at the table misses nothing in between.
    pub(super) async fn begin(
        read: OrgRead,
        ring: Receiver<Arc<Event>>,
        after: Option<Position>,
        now: Timestamp,
    ) -> Result<Self, FollowProblem> {
        let head = head(&read, after.unwrap_or_default()).await?;
        let at = match after {
            None => head.position,
            Some(after) if after > head.position => return Err(FollowProblem::Unknown),
            Some(after) if after < head.forgotten => return Err(FollowProblem::Expired),
            Some(after) => after,
        };
        let oldest = now.plus_millis(-RESUMABLE);
        if after.is_some() && head.next_told_at.is_some_and(|told| told < oldest) {
            return Err(FollowProblem::Expired);
        }
        // What the table got since, the ring tells.
        let is_live = at == head.position;
        Ok(Self { read, ring, at, page: VecDeque::new(), is_live })
    }

    /// The next event; waits until there is one.
    ///
    /// # Errors
    /// See [`Cut`]; then there is no next one.
    pub async fn next(&mut self) -> Result<Arc<Event>, Cut> {
        loop {
            if let Some(event) = self.page.pop_front() {
                self.at = event.position;
                return Ok(event);
            }
            if !self.is_live {
                // From now on, so that the ring does not overflow while old events are read.
                self.ring = self.ring.resubscribe();
                let found = stretch(&self.read, self.at).await?;
                self.is_live = found.events.is_empty() && found.is_last;
                if found.events.is_empty() {
                    self.at = found.to;
                }
                self.page = found.events.into();
                continue;
            }
            match self.ring.recv().await {
                // The table told it before the ring did.
                Ok(event) if event.position <= self.at => {}
                Ok(event) => {
                    self.at = event.position;
                    return Ok(event);
                }
                Err(RecvError::Lagged(_)) => {
                    metrics::counter!("qun_streams_cut_total", "reason" => "slow_reader").increment(1);
                    return Err(Cut::SlowReader);
                }
                Err(RecvError::Closed) => return Err(Fault::new("a tail ended under its readers").into()),
            }
        }
    }
}
