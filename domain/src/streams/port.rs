use std::future::Future;

use crate::access::AuditPort;
use crate::fault::Fault;
use crate::time::Timestamp;

/// The events of an organization that were told.
pub trait EventsPort: AuditPort {
    /// Removes the oldest events that were told before an instant, at most `limit`, and keeps
    /// in mind how far; how many there were.
    fn forget_events(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> impl Future<Output = Result<u64, Fault>> + Send;
}
