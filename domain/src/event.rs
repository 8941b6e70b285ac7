//! What contexts tell each other.

use serde::Serialize;

/// Something that happened, as others may hear it: a snapshot of the state
/// after, written to the outbox in the transaction that caused it.
pub trait DomainEvent: Serialize + Send {
    /// `context.what_happened`, stable.
    const NAME: &'static str;

    /// The aggregate whose events are delivered in order.
    fn aggregate(&self) -> String;
}
