use crate::time::Timestamp;

/// That what was given holds no more: an award that was taken back, a bonus that was cancelled, a
/// place that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why.
    pub reason: String,
    /// Who did, as the audit log names actors.
    pub by: String,
    /// When.
    pub at: Timestamp,
}
