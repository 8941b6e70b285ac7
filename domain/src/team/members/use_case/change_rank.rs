use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{LadderStep, MembersPort, StepKind};
use super::step;
use crate::access::{Capability, Rank, Reason};
use crate::command::{Command, Failure, OrRefuse, Outcome, Place, kept};
use crate::id::{AccountId, AssignmentId};

/// Lets somebody rise or fall in rank (M16 to M21).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeRank {
    /// Which assignment.
    pub assignment: AssignmentId,
    /// Its rank from now on.
    pub rank: Rank,
    /// Why.
    pub reason: Reason,
}

/// Why a rank stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeRankRefusal {
    /// There is no such assignment, or it has ended.
    NoSuchAssignment,
    /// Nobody decides about himself.
    OwnCase,
    /// Owners have no rank.
    RankUnfit,
    /// It has this rank.
    NothingChanges,
}

impl<Tx: MembersPort> Command<Tx> for ChangeRank {
    const NAME: &'static str = "team.change_rank";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = AccountId;
    type Refusal = ChangeRankRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<AccountId, ChangeRankRefusal> {
        let held = tx.held(self.assignment).await?.or_refuse(ChangeRankRefusal::NoSuchAssignment)?;
        tx.admit(Capability::ManageTeam, held.position().scope)?;
        if tx.acting() == Some(held.account) {
            return Err(Failure::Refused(ChangeRankRefusal::OwnCase));
        }
        let before = held.position().rank.or_refuse(ChangeRankRefusal::RankUnfit)?;
        if before == self.rank {
            return Err(Failure::Refused(ChangeRankRefusal::NothingChanges));
        }

        // Who falls below a candidate acts as owner no longer.
        tx.set_acting(&held, None).await?;
        tx.set_rank(&held, self.rank).await?;
        let changed = LadderStep {
            account: held.account,
            assignment: Some(self.assignment),
            kind: if self.rank > before { StepKind::Promoted } else { StepKind::Demoted },
            from: Some(before),
            to: Some(self.rank),
            reason: Some(self.reason),
        };
        step(tx, changed).await?;
        Ok(held.account)
    }
}
