//! Subscriptions over web sockets and as server-sent events: two transports of one stream.

mod protocol;
mod seats;
mod socket;
mod sse;
mod upgrade;

pub(super) use seats::{Seats, Transport};
pub(super) use sse::{Told, answer};
pub(super) use upgrade::{is_upgrade, upgrade};

use std::time::Duration;

use qun_domain::time::Timestamp;

/// How often a caller is asked anew who it is, whatever happens.
const LOOK: Duration = Duration::from_secs(30);

/// How long a client may not take what is written to it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long until the caller is looked at again: not longer than its token is good.
fn until_look(now: Timestamp, until: Timestamp) -> Duration {
    let left = u64::try_from(until.millis() - now.millis()).unwrap_or_default();
    LOOK.min(Duration::from_millis(left))
}
