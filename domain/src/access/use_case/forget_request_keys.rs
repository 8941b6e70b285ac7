use serde_json::json;

use crate::access::{Capability, RequestKeysPort};
use crate::command::{Command, Failure, Outcome};
use crate::time::Timestamp;

/// Forgets the oldest of the keys under which mutations were done once, a page at a time.
/// Run until nothing is left.
#[derive(Clone, Copy, Debug)]
pub struct ForgetRequestKeys;

impl ForgetRequestKeys {
    /// How long a key is kept, in milliseconds: 7 days. Until then a mutation that is asked
    /// for again gets its first answer.
    pub const KEPT: i64 = 7 * Timestamp::DAY;

    /// How many go at once.
    pub const PAGE: u32 = 5_000;
}

/// Why no key was forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgetRequestKeysRefusal {
    /// Every key that is left is younger than [`ForgetRequestKeys::KEPT`].
    NothingLeft,
}

impl<Tx: RequestKeysPort> Command<Tx> for ForgetRequestKeys {
    const NAME: &'static str = "access.forget_request_keys";
    const CAPABILITY: Capability = Capability::EnforceRetention;
    type Out = u64;
    type Refusal = ForgetRequestKeysRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<u64, ForgetRequestKeysRefusal> {
        let before = tx.now().plus_millis(-Self::KEPT);
        let forgotten = tx.forget_request_keys(before, Self::PAGE).await?;
        if forgotten == 0 {
            return Err(Failure::Refused(ForgetRequestKeysRefusal::NothingLeft));
        }
        tx.audit("request_keys".to_owned(), json!({ "before": before, "forgotten": forgotten }));
        Ok(forgotten)
    }
}
