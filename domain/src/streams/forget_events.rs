use serde_json::json;

use super::{EventsPort, RESUMABLE};
use crate::access::Capability;
use crate::command::{Command, Failure, Outcome};

/// Forgets the oldest events that were told, a page at a time. Run until nothing is left.
#[derive(Clone, Copy, Debug)]
pub struct ForgetEvents;

impl ForgetEvents {
    /// How long an event is kept after it was told, in milliseconds: 48 hours, twice as long as
    /// anybody may ask for it.
    pub const KEPT: i64 = 2 * RESUMABLE;

    /// How many go at once.
    pub const PAGE: u32 = 5_000;
}

/// Why no event was forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgetEventsRefusal {
    /// Every event that is left was told less than [`ForgetEvents::KEPT`] ago, or not yet.
    NothingLeft,
}

impl<Tx: EventsPort> Command<Tx> for ForgetEvents {
    const NAME: &'static str = "streams.forget_events";
    const CAPABILITY: Capability = Capability::EnforceRetention;
    type Out = u64;
    type Refusal = ForgetEventsRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<u64, ForgetEventsRefusal> {
        let before = tx.now().plus_millis(-Self::KEPT);
        let forgotten = tx.forget_events(before, Self::PAGE).await?;
        if forgotten == 0 {
            return Err(Failure::Refused(ForgetEventsRefusal::NothingLeft));
        }
        tx.audit("events".to_owned(), json!({ "before": before, "forgotten": forgotten }));
        Ok(forgotten)
    }
}
