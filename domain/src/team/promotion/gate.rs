use serde::{Deserialize, Serialize};

use crate::codes::coded;
use crate::month::Month;
use crate::team::Gap;

coded! {
    /// What is asked of who is to rise (M20).
    pub enum GateKind {
        /// Calendar months in the rank; days away pause them. Counted in days (M16).
        TimeInRank = "TIME_IN_RANK",
        /// Days of active duty in the rank (M16).
        DutyDays = "DUTY_DAYS",
        /// Cases a working day, in a month (M13).
        Cases = "CASES",
        /// The share of good ratings, in a month (M14).
        Satisfaction = "SATISFACTION",
        /// Contributions to events a week, in a month (M15).
        Contributions = "CONTRIBUTIONS",
        /// Required courses that are done, of all that are (M10 to M12, K14).
        Training = "TRAINING",
        /// Serious complaints, upheld lately or still open: at most none.
        Complaints = "COMPLAINTS",
    }
}

coded! {
    /// Whether a gate lets through.
    pub enum GateState {
        /// It does.
        Met = "MET",
        /// It does not.
        NotMet = "NOT_MET",
        /// What it looks at is not known.
        Unknown = "UNKNOWN",
    }
}

/// One gate, and what was found at it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// What it asks for.
    pub kind: GateKind,
    /// Of which month; none for what is not counted by months.
    pub month: Option<Month>,
    /// Whether it lets through.
    pub state: GateState,
    /// What was found; none where that is not known.
    pub value: Option<f64>,
    /// What was asked for.
    pub target: f64,
    /// Why nothing was found; none where something was.
    pub gap: Option<Gap>,
}
