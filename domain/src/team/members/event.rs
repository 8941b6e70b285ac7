use serde::Serialize;

use super::StepKind;
use crate::event::DomainEvent;
use crate::id::{AccountId, AssignmentId};

/// What others may hear of a member: that something happened to it on the ladder.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberChanged {
    /// The account.
    pub account: AccountId,
    /// What happened.
    pub what: StepKind,
    /// To which assignment; none for the member as a whole.
    pub assignment: Option<AssignmentId>,
}

impl DomainEvent for MemberChanged {
    fn name(&self) -> &'static str {
        "team.member_changed"
    }

    fn aggregate(&self) -> String {
        format!("account:{}", self.account)
    }
}
