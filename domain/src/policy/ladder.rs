//! What is asked of who is to rise in rank (M16, M20).

use serde::{Deserialize, Serialize};

use crate::access::{Rank, Role};
use crate::codes::coded;

/// What is asked of who is to rise in rank (M16, M20).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LadderPolicy {
    /// Of an intern, before it is proposed as junior.
    pub intern: TimeInRank,
    /// Of a junior, before it is proposed as senior.
    pub junior: TimeInRank,
    /// Of a senior, before it is proposed as owner candidate.
    pub senior: TimeInRank,
    /// Of which roles which figure has to reach its target.
    pub kpis: KpiRoles,
    /// In how many whole months, the last ones, the figures have to reach it, 1 to 12.
    pub kpi_months: u32,
    /// What a figure does that is not known.
    pub unknown_kpis: UnknownKpis,
    /// Days for which a serious complaint that was upheld, and the whole time for which one is open,
    /// holds back, 0 to 3,650.
    pub complaint_days: u32,
    /// Days after a decision before the same step is proposed again, 1 to 3,650.
    pub again_after_days: u32,
}

impl Default for LadderPolicy {
    fn default() -> Self {
        let runs = vec![Role::Administrator, Role::CustomerService];
        let plans =
            vec![Role::Administrator, Role::ContentEditor, Role::Facilitator, Role::CrossPlatformLead];
        Self {
            intern: TimeInRank { months: 1, duty_days: 28 },
            junior: TimeInRank { months: 3, duty_days: 84 },
            senior: TimeInRank { months: 6, duty_days: 168 },
            kpis: KpiRoles { cases: runs.clone(), satisfaction: runs, contributions: plans },
            kpi_months: 1,
            unknown_kpis: UnknownKpis::Pass,
            complaint_days: 90,
            again_after_days: 30,
        }
    }
}

impl LadderPolicy {
    /// The time that is asked for in a rank; none in the highest.
    pub const fn time_in(&self, rank: Rank) -> Option<TimeInRank> {
        match rank {
            Rank::Intern => Some(self.intern),
            Rank::Junior => Some(self.junior),
            Rank::Senior => Some(self.senior),
            Rank::OwnerCandidate => None,
        }
    }
}

/// How long somebody has to be of a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimeInRank {
    /// Calendar months, without the days that pause them, 0 to 120.
    pub months: u32,
    /// Days of active duty, 0 to 3,650.
    pub duty_days: u32,
}

/// Of which roles which figure has to reach its target (M13 to M15); of none, where the list is
/// empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KpiRoles {
    /// Cases a working day (M13).
    pub cases: Vec<Role>,
    /// The share of good ratings (M14).
    pub satisfaction: Vec<Role>,
    /// Contributions to events a week (M15).
    pub contributions: Vec<Role>,
}

coded! {
    /// What a figure does that is not known.
    pub enum UnknownKpis {
        /// It holds nobody back, and stands as unknown before whoever decides.
        Pass = "PASS",
        /// It holds back, as one that misses its target.
        Hold = "HOLD",
    }
}
