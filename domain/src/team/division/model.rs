use serde::Serialize;

use crate::codes::coded;
use crate::event::DomainEvent;
use crate::id::GroupId;
use crate::policy::{DivisionClaim, DivisionClaims};

coded! {
    /// How the work in a group is divided among staff.
    pub enum DivisionMode {
        /// Staff takes turns in several groups (M7).
        Rotation = "ROTATION",
        /// The group has staff of its own (M8).
        Dedicated = "DEDICATED",
        /// Both together (M9).
        Mixed = "MIXED",
    }
}

impl DivisionMode {
    /// What the policy says that it is good for.
    pub const fn claim(self, claims: &DivisionClaims) -> DivisionClaim {
        match self {
            Self::Rotation => claims.rotation,
            Self::Dedicated => claims.dedicated,
            Self::Mixed => claims.mixed,
        }
    }
}

/// What others may hear: how the work in a group is divided from now on.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DivisionModeSet {
    /// The group.
    pub group: GroupId,
    /// How; none where that is said no longer.
    pub mode: Option<DivisionMode>,
}

impl DomainEvent for DivisionModeSet {
    fn name(&self) -> &'static str {
        "team.division_mode_set"
    }

    fn aggregate(&self) -> String {
        format!("group:{}", self.group)
    }
}
