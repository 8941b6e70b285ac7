use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::gauge;
use qun_domain::id::OrgId;
use tokio::sync::watch;

/// What part of all seats one organization may take, or all who have not said who they are: a
/// quarter.
const PART: usize = 4;

/// How a stream reaches its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Transport {
    /// A WebSocket, which carries several.
    WebSocket,
    /// Server-sent events.
    Sse,
}

impl Transport {
    const fn code(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Sse => "sse",
        }
    }
}

/// The places for connections that stay open, and the word that they are to end. Clones share
/// everything.
#[derive(Clone)]
pub(in crate::http) struct Seats(Arc<Shared>);

struct Shared {
    most: usize,
    taken: Mutex<Taken>,
    closing: watch::Sender<bool>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    /// Those who have not said who they are.
    strangers: usize,
    by_org: HashMap<OrgId, usize>,
}

impl Seats {
    pub(in crate::http) fn new(most: usize) -> Self {
        Self(Arc::new(Shared { most, taken: Mutex::default(), closing: watch::Sender::new(false) }))
    }

    /// A place, if one is left.
    pub(in crate::http) fn take(&self, transport: Transport) -> Option<Seat> {
        let mut taken = self.taken();
        if taken.all >= self.0.most || taken.strangers >= self.part() {
            return None;
        }
        taken.all += 1;
        taken.strangers += 1;
        gauge!("qun_streams_open", "transport" => transport.code()).increment(1.0);
        Some(Seat { seats: self.clone(), transport, org: None })
    }

    /// Tells all who sit to leave.
    pub(in crate::http) fn close(&self) {
        self.0.closing.send_replace(true);
    }

    fn part(&self) -> usize {
        (self.0.most / PART).max(1)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place, until it is dropped.
pub(in crate::http) struct Seat {
    seats: Seats,
    transport: Transport,
    org: Option<OrgId>,
}

impl Seat {
    /// Says for which organization the place is; `false` when that has its part already.
    pub(in crate::http) fn belongs_to(&mut self, org: OrgId) -> bool {
        let part = self.seats.part();
        let mut taken = self.seats.taken();
        let of_org = taken.by_org.entry(org).or_default();
        let is_free = *of_org < part;
        if is_free {
            *of_org += 1;
            taken.strangers = taken.strangers.saturating_sub(1);
            self.org = Some(org);
        }
        is_free
    }

    /// The word that the server is to stop.
    pub(in crate::http) fn closing(&self) -> Closing {
        Closing(self.seats.0.closing.subscribe())
    }
}

/// Waits for the word that the server is to stop.
pub(in crate::http) struct Closing(watch::Receiver<bool>);

impl Closing {
    pub(in crate::http) async fn wait(&mut self) {
        // Seats that are gone are closed as well.
        drop(self.0.wait_for(|closes| *closes).await);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.all = taken.all.saturating_sub(1);
        if self.org.is_none() {
            taken.strangers = taken.strangers.saturating_sub(1);
        }
        if let Some(org) = self.org
            && let Some(of_org) = taken.by_org.get_mut(&org)
        {
            *of_org = of_org.saturating_sub(1);
            if *of_org == 0 {
                taken.by_org.remove(&org);
            }
        }
        gauge!("qun_streams_open", "transport" => self.transport.code()).decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_organization_takes_a_quarter_and_all_of_them_all() {
        let seats = Seats::new(8);
        let org = |n| OrgId(uuid::Uuid::from_u128(n));
        let sit = |n| {
            let mut seat = seats.take(Transport::Sse)?;
            seat.belongs_to(org(n)).then_some(seat)
        };
        let mut sitting: Vec<Seat> = (0..2).filter_map(|_| sit(1)).collect();
        assert_eq!(sitting.len(), 2);
        assert!(sit(1).is_none(), "a quarter of eight is two");
        sitting.extend((2..5).flat_map(|n| [sit(n), sit(n)]).flatten());
        assert_eq!(sitting.len(), 8);
        assert!(seats.take(Transport::WebSocket).is_none(), "all are taken");
        sitting.remove(0);
        assert!(sit(1).is_some(), "who leaves makes room");
        drop(sitting);
        assert!(seats.taken().by_org.is_empty() && seats.taken().all == 0);
    }

    #[test]
    fn who_has_not_said_who_it_is_leaves_room() {
        let seats = Seats::new(8);
        let strangers: Vec<Seat> = (0..8).filter_map(|_| seats.take(Transport::WebSocket)).collect();
        assert_eq!(strangers.len(), 2);
        drop(strangers);
        let mut seat = seats.take(Transport::Sse).expect("a seat");
        assert!(seat.belongs_to(OrgId(uuid::Uuid::from_u128(1))));
        let strangers: Vec<Seat> = (0..8).filter_map(|_| seats.take(Transport::WebSocket)).collect();
        assert_eq!(strangers.len(), 2, "who has said it is none");
    }
}
