//! What contexts tell each other.

use serde::Serialize;

/// Something that happened, as others may hear it: a snapshot of the state
/// after, written to the outbox in the transaction that caused it.
pub trait DomainEvent: Serialize + Send + Sync {
    /// `context.what_happened`, stable.
    fn name(&self) -> &'static str;

    /// The aggregate whose events are delivered in order.
    fn aggregate(&self) -> String;
}
