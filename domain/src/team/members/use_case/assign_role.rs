use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::rules::decides_about;
use super::super::{LadderStep, MembersPort, Share};
use super::step;
use crate::access::{Capability, Position};
use crate::command::{Command, Failure, OrRefuse, Outcome, Place, kept};
use crate::id::AccountId;

/// Gives a member a role with a rank at a scope (M5).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AssignRole {
    /// The member.
    pub account: AccountId,
    /// What it is to be.
    pub position: Position,
    /// How much of a working time that takes (M6).
    pub share: Share,
}

/// Why no role was assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignRoleRefusal {
    /// Owners have no rank, all others have one.
    RankUnfit,
    /// Nobody decides about himself.
    OwnCase,
    /// Only an owner decides about owners.
    AboveYou,
    /// There is no such group or community.
    NoSuchScope,
    /// There is no such member, or it has left.
    NoSuchMember,
    /// It holds this role at this scope, in whatever rank.
    AlreadyAssigned,
}

impl<Tx: MembersPort> Command<Tx> for AssignRole {
    const NAME: &'static str = "team.assign_role";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = AccountId;
    type Refusal = AssignRoleRefusal;

    fn place(&self) -> Place {
        Place::At(self.position.scope)
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<AccountId, AssignRoleRefusal> {
        let Self { account, position, share } = self;
        if !position.is_sound() {
            return Err(Failure::Refused(AssignRoleRefusal::RankUnfit));
        }
        if tx.acting() == Some(account) {
            return Err(Failure::Refused(AssignRoleRefusal::OwnCase));
        }
        if !decides_about(tx.level(position.scope), position) {
            return Err(Failure::Refused(AssignRoleRefusal::AboveYou));
        }
        if !tx.has_scope(position.scope).await? {
            return Err(Failure::Refused(AssignRoleRefusal::NoSuchScope));
        }
        let member = tx.present(account).await?.or_refuse(AssignRoleRefusal::NoSuchMember)?;
        let is_same = |held: Position| held.role == position.role && held.scope == position.scope;
        if member.standing.assignments().iter().any(|held| is_same(held.position)) {
            return Err(Failure::Refused(AssignRoleRefusal::AlreadyAssigned));
        }

        let id = tx.assign(account, position, share).await?;
        step(tx, LadderStep::assigned(account, id, position)).await?;
        Ok(account)
    }
}
