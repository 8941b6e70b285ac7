use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::rules::decides_about;
use super::super::{LadderStep, MembersPort, StepKind};
use super::step;
use crate::access::{Capability, Position, Reason};
use crate::command::{Command, Failure, OrRefuse, Outcome, Place, kept};
use crate::id::{AccountId, AssignmentId};
use crate::scope::Scope;

/// Ends an assignment; its holder stays a member (M21).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndAssignment {
    /// Which.
    pub assignment: AssignmentId,
    /// Why.
    pub reason: Reason,
}

/// Why an assignment goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndAssignmentRefusal {
    /// There is no such assignment, or it has ended.
    NoSuchAssignment,
    /// Only an owner decides about owners.
    AboveYou,
    /// Nobody else owns the organization.
    LastOwner,
}

impl<Tx: MembersPort> Command<Tx> for EndAssignment {
    const NAME: &'static str = "team.end_assignment";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = AccountId;
    type Refusal = EndAssignmentRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<AccountId, EndAssignmentRefusal> {
        let held = tx.held(self.assignment).await?.or_refuse(EndAssignmentRefusal::NoSuchAssignment)?;
        let position = held.position();
        tx.admit(Capability::ManageTeam, position.scope)?;
        if !decides_about(tx.level(position.scope), position) {
            return Err(Failure::Refused(EndAssignmentRefusal::AboveYou));
        }
        let owns = position == Position::owner(Scope::Organization);
        if owns && !tx.has_other_owner(held.account).await? {
            return Err(Failure::Refused(EndAssignmentRefusal::LastOwner));
        }

        tx.end_assignments(held.account, Some(self.assignment)).await?;
        step(tx, LadderStep::of_assignment(&held, StepKind::Ended, Some(self.reason))).await?;
        Ok(held.account)
    }
}
