use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use qun_domain::streams::Position;
use tokio::sync::broadcast::Receiver;
use tokio::time::{sleep, timeout};
use tracing::warn;

use super::event::Event;
use super::follow::{FollowProblem, Follower};
use super::hints::{give, listen};
use super::relay::{heads, relay};
use super::tail::Tail;
use crate::access::job_scope;
use crate::clock::Clock;
use crate::db::{Db, OrgRead};
use crate::redis::Redis;
use crate::supervise;

/// How long a relay waits to be woken before it looks by itself: what other processes commit
/// is told after that at the latest, whoever wakes or does not.
const LOOK: Duration = Duration::from_secs(1);

/// The events of all organizations, for this process. Clones share everything.
#[derive(Clone)]
pub struct Streams(Arc<Shared>);

struct Shared {
    db: Db,
    clock: Clock,
    tails: Mutex<HashMap<OrgId, Arc<Tail>>>,
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streams")
    }
}

impl Streams {
    /// Nothing is relayed before [`Streams::start`].
    pub fn new(db: Db, clock: Clock) -> Self {
        Self(Arc::new(Shared { db, clock, tails: Mutex::default() }))
    }

    /// Relays events from now on, as long as this process lives, and tells other processes
    /// through Redis where there is one.
    pub fn start(&self, redis: Option<Redis>) {
        if let Some(redis) = redis.clone() {
            supervise::spawn("events of others", listen(self.clone(), redis));
        }
        let streams = self.clone();
        supervise::spawn("event relay", async move {
            loop {
                // Woken or not, it looks.
                let is_woken = timeout(LOOK, streams.0.db.bell().notified()).await.is_ok();
                if let Err(fault) = streams.turn(is_woken, redis.as_ref()).await {
                    warn!(fault = fault.chain(), "events are not relayed");
                    sleep(LOOK).await;
                }
            }
        });
    }

    /// The events of an organization after one of them, or from now on.
    ///
    /// # Errors
    /// See [`FollowProblem`].
    pub async fn follow(&self, read: OrgRead, after: Option<Position>) -> Result<Follower, FollowProblem> {
        let ring = self.listen(&read).await?;
        Follower::begin(read, ring, after, self.0.clock.now()).await
    }

    /// Looks at the events of an organization now.
    pub(super) fn wake(&self, org: OrgId) {
        if let Some(tail) = self.tails().get(&org) {
            tail.wake();
        }
    }

    async fn turn(&self, is_woken: bool, redis: Option<&Redis>) -> Result<(), Fault> {
        let now = self.0.clock.now();
        let relayed = relay(&self.0.db, now).await?;
        self.wake_to(&relayed);
        if let Some(redis) = redis {
            give(redis, now, relayed.iter().map(|(org, _)| *org)).await;
        }
        let followed: Vec<OrgId> = self.tails().keys().copied().collect();
        if !is_woken && !followed.is_empty() {
            self.wake_to(&heads(&self.0.db, &followed).await?);
        }
        Ok(())
    }

    fn wake_to(&self, heads: &[(OrgId, Position)]) {
        let tails = self.tails();
        for (org, position) in heads {
            if let Some(tail) = tails.get(org) {
                tail.wake_to(*position);
            }
        }
    }

    fn tails(&self) -> MutexGuard<'_, HashMap<OrgId, Arc<Tail>>> {
        self.0.tails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Streams {
    /// A place among those who are told of the organization's events.
    async fn listen(&self, read: &OrgRead) -> Result<Receiver<Arc<Event>>, Fault> {
        let org = read.scope().org();
        let (tail, ring) = {
            let mut tails = self.tails();
            let tail = tails.entry(org).or_insert_with(|| self.tail(org));
            // Under the lock, so that the tail cannot end for want of readers meanwhile.
            (Arc::clone(tail), tail.listen())
        };
        tail.begin(read).await?;
        Ok(ring)
    }

    /// A tail that reads until nobody follows it any more.
    fn tail(&self, org: OrgId) -> Arc<Tail> {
        let tail = Arc::new(Tail::new());
        let listed = Listed { streams: self.clone(), org, tail: Arc::clone(&tail) };
        supervise::spawn("event tail", async move {
            if let Some(read) = OrgRead::open(&listed.streams.0.db, &job_scope(org)) {
                listed.tail.run(read, || listed.is_wanted()).await;
            }
        });
        tail
    }
}

/// A tail in the list, taken out of it however it ends: whoever comes next gets one that reads.
struct Listed {
    streams: Streams,
    org: OrgId,
    tail: Arc<Tail>,
}

impl Listed {
    /// Whether anybody follows; if not, nobody will.
    fn is_wanted(&self) -> bool {
        let mut tails = self.streams.tails();
        let is_followed = self.tail.is_followed();
        if !is_followed {
            self.leave(&mut tails);
        }
        is_followed
    }

    fn leave(&self, tails: &mut HashMap<OrgId, Arc<Tail>>) {
        if tails.get(&self.org).is_some_and(|listed| Arc::ptr_eq(listed, &self.tail)) {
            tails.remove(&self.org);
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.leave(&mut self.streams.tails());
    }
}
