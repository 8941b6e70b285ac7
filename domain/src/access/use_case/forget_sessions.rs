use serde_json::json;

use crate::access::{Capability, SessionsPort};
use crate::command::{Command, Failure, Outcome};
use crate::time::Timestamp;

/// Forgets sessions that have long been over, and log-ins by a provider that never ended, a page at
/// a time. Run until nothing is left.
#[derive(Clone, Copy, Debug)]
pub struct ForgetSessions;

impl ForgetSessions {
    /// How long a session is kept that is over, in milliseconds: 90 days, for whoever has to
    /// find out who was logged in from where.
    pub const KEPT: i64 = 90 * Timestamp::DAY;

    /// How long a log-in by a provider is kept that nobody ended, in milliseconds: a day.
    pub const UNDER_WAY: i64 = Timestamp::DAY;

    /// How many go at once.
    pub const PAGE: u32 = 5_000;
}

/// Why no session was forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgetSessionsRefusal {
    /// Every session that is left was open less than [`ForgetSessions::KEPT`] ago.
    NothingLeft,
}

impl<Tx: SessionsPort> Command<Tx> for ForgetSessions {
    const NAME: &'static str = "access.forget_sessions";
    const CAPABILITY: Capability = Capability::EnforceRetention;
    type Out = u64;
    type Refusal = ForgetSessionsRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<u64, ForgetSessionsRefusal> {
        let before = tx.now().plus_millis(-Self::KEPT);
        let forgotten = tx.forget_sessions(before, Self::PAGE).await?;
        let never_ended = tx.forget_log_ins(tx.now().plus_millis(-Self::UNDER_WAY), Self::PAGE).await?;
        if forgotten + never_ended == 0 {
            return Err(Failure::Refused(ForgetSessionsRefusal::NothingLeft));
        }
        tx.audit(
            "sessions".to_owned(),
            json!({ "before": before, "forgotten": forgotten, "neverEnded": never_ended }),
        );
        Ok(forgotten + never_ended)
    }
}
