use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Gate, is_ready, judge};
use crate::access::Position;
use crate::id::{AccountId, AssignmentId};
use crate::month::Month;
use crate::policy::{LadderPolicy, StaffPolicy};
use crate::team::{DaySpan, Seen, Tally};

/// What is known of who may rise, by a day: all that [`judge`] looks at beside the policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dossier {
    /// The assignment that would rise.
    pub assignment: AssignmentId,
    /// Whose it is.
    pub account: AccountId,
    /// What it is.
    pub position: Position,
    /// The day, in the zone of the organization: what lies before it counts.
    pub day: NaiveDate,
    /// The day on which its present rank began.
    pub ranked_on: NaiveDate,
    /// When the member was away, or suspended, since then.
    pub away: Vec<DaySpan>,
    /// What was done in the last whole months, oldest first, since its present rank began.
    pub months: Vec<MonthOfWork>,
    /// How far it is in its training.
    pub training: TrainingCount,
    /// The serious complaints about it.
    pub complaints: Complaints,
}

/// What somebody did in a month, where its assignment is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthOfWork {
    /// Which one, in the zone of the organization.
    pub month: Month,
    /// The facts.
    pub tally: Tally,
    /// Of which kinds there were facts, of anybody.
    pub seen: Seen,
}

/// Courses that are required of somebody (M10 to M12, K14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingCount {
    /// How many.
    pub required: u32,
    /// In how many a completion counts.
    pub done: u32,
}

/// Serious complaints about somebody (M20).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaints {
    /// Upheld, in the days that the policy looks back.
    pub upheld: u32,
    /// Not decided on, whenever they came.
    pub open: u32,
}

/// Why the system proposes a promotion, so that it can be replayed: the same dossier under the same
/// policy gives the same gates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// What was known.
    pub dossier: Dossier,
    /// What held of the ladder.
    pub ladder: LadderPolicy,
    /// What held of staff.
    pub staff: StaffPolicy,
    /// What came of it.
    pub gates: Vec<Gate>,
}

impl Evidence {
    /// The gates of a dossier under these policies, with both.
    pub fn of(dossier: Dossier, ladder: LadderPolicy, staff: StaffPolicy) -> Self {
        let gates = judge(&dossier, &ladder, &staff);
        Self { dossier, ladder, staff, gates }
    }

    /// Whether the gates let its subject rise.
    pub fn is_ready(&self) -> bool {
        is_ready(&self.gates, &self.ladder)
    }
}
