//! What each way to divide the work of a group is said to be good for (M7 to M9): a claim to compare
//! with, never a promise.

use serde::{Deserialize, Serialize};

use crate::codes::coded;

coded! {
    /// How soon members are answered. Later ones are better.
    pub enum ResponseGrade {
        /// Slowly.
        Slow = "SLOW",
        /// Neither soon nor late.
        Average = "AVERAGE",
        /// Soon enough.
        FairlyFast = "FAIRLY_FAST",
        /// At once.
        Fast = "FAST",
    }
}

coded! {
    /// How well staff knows what it speaks of. Later ones are better.
    pub enum ProfessionalismGrade {
        /// Little.
        Low = "LOW",
        /// Enough.
        Medium = "MEDIUM",
        /// Well.
        MediumHigh = "MEDIUM_HIGH",
        /// As a specialist does.
        High = "HIGH",
    }
}

coded! {
    /// How little it costs. Later ones are better.
    pub enum CostGrade {
        /// Much.
        Poor = "POOR",
        /// A fair deal.
        Fair = "FAIR",
        /// Little.
        Good = "GOOD",
        /// Hardly anything.
        Excellent = "EXCELLENT",
    }
}

/// What one way to divide the work is said to be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DivisionClaim {
    /// How soon members are answered.
    pub response: ResponseGrade,
    /// How well staff knows what it speaks of.
    pub professionalism: ProfessionalismGrade,
    /// How little it costs.
    pub cost_control: CostGrade,
}

/// The claims of the guide, row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DivisionClaims {
    /// Of staff that takes turns (M7).
    pub rotation: DivisionClaim,
    /// Of staff of the group's own (M8).
    pub dedicated: DivisionClaim,
    /// Of both together (M9).
    pub mixed: DivisionClaim,
}

impl Default for DivisionClaims {
    fn default() -> Self {
        Self {
            rotation: DivisionClaim {
                response: ResponseGrade::Average,
                professionalism: ProfessionalismGrade::Low,
                cost_control: CostGrade::Excellent,
            },
            dedicated: DivisionClaim {
                response: ResponseGrade::Fast,
                professionalism: ProfessionalismGrade::High,
                cost_control: CostGrade::Poor,
            },
            mixed: DivisionClaim {
                response: ResponseGrade::FairlyFast,
                professionalism: ProfessionalismGrade::MediumHigh,
                cost_control: CostGrade::Good,
            },
        }
    }
}
