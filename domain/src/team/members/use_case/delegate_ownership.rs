use serde::{Deserialize, Serialize};

use super::super::rules::can_act_as_owner;
use super::super::{Held, LadderStep, MembersPort, StepKind};
use super::step;
use crate::access::{Capability, Level};
use crate::command::{Command, Failure, OrRefuse, Outcome, Place};
use crate::id::{AccountId, AssignmentId};
use crate::time::Timestamp;

/// Lets an owner candidate act as owner of its scope for a while, or no longer (M19).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct DelegateOwnership {
    /// The candidate's assignment.
    pub assignment: AssignmentId,
    /// Until when; none takes a delegation back.
    pub until: Option<Timestamp>,
}

/// Why ownership is delegated as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelegateOwnershipRefusal {
    /// There is no such assignment, or it has ended.
    NoSuchAssignment,
    /// Only an owner delegates, and not who acts as one.
    AboveYou,
    /// Its holder is no owner candidate.
    NotACandidate,
    /// The time is past, or more than 90 days ahead.
    BadTime,
}

impl<Tx: MembersPort> Command<Tx> for DelegateOwnership {
    const NAME: &'static str = "team.delegate_ownership";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = AccountId;
    type Refusal = DelegateOwnershipRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    async fn run(self, tx: &mut Tx) -> Outcome<AccountId, DelegateOwnershipRefusal> {
        let held = tx.held(self.assignment).await?.or_refuse(DelegateOwnershipRefusal::NoSuchAssignment)?;
        let at = held.position().scope;
        tx.admit(Capability::ManageTeam, at)?;
        if tx.level(at) != Some(Level::Owner) {
            return Err(Failure::Refused(DelegateOwnershipRefusal::AboveYou));
        }
        if !can_act_as_owner(&held) {
            return Err(Failure::Refused(DelegateOwnershipRefusal::NotACandidate));
        }
        let now = tx.now().millis();
        let is_sound = |until: Timestamp| (1..=Held::LONGEST_DELEGATION).contains(&(until.millis() - now));
        if self.until.is_some_and(|until| !is_sound(until)) {
            return Err(Failure::Refused(DelegateOwnershipRefusal::BadTime));
        }

        tx.set_acting(&held, self.until).await?;
        let kind = if self.until.is_some() { StepKind::Delegated } else { StepKind::DelegationEnded };
        step(tx, LadderStep::of_assignment(&held, kind, None)).await?;
        Ok(held.account)
    }
}
