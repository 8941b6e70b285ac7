use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::access::{Assignment, Position, Rank, Reason, Standing};
use crate::codes::coded;
use crate::id::{AccountId, AssignmentId};
use crate::time::Timestamp;

coded! {
    /// Whether a member may do what its assignments allow (M21).
    pub enum MemberState {
        /// It may.
        Active = "ACTIVE",
        /// It may nothing until it is reinstated.
        Suspended = "SUSPENDED",
        /// It has left the organization; its history stays.
        Left = "LEFT",
    }
}

coded! {
    /// What happened to a member on the ladder.
    pub enum StepKind {
        /// It was given an assignment.
        Assigned = "ASSIGNED",
        /// It rose in rank.
        Promoted = "PROMOTED",
        /// It fell in rank.
        Demoted = "DEMOTED",
        /// An assignment ended.
        Ended = "ENDED",
        /// An owner delegated to it.
        Delegated = "DELEGATED",
        /// A delegation was taken back.
        DelegationEnded = "DELEGATION_ENDED",
        /// It was suspended.
        Suspended = "SUSPENDED",
        /// It was reinstated.
        Reinstated = "REINSTATED",
        /// It left.
        Left = "LEFT",
    }
}

/// The part of a whole working time that an assignment takes, in basis points: 0 to 10,000 (M6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Share(u16);

impl Share {
    /// A whole working time.
    pub const FULL: Self = Self(10_000);

    /// The basis points.
    pub const fn basis_points(self) -> u16 {
        self.0
    }
}

/// A number that is no share.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a share is 0 to 10,000 basis points")]
pub struct BadShare;

impl TryFrom<u16> for Share {
    type Error = BadShare;

    fn try_from(basis_points: u16) -> Result<Self, BadShare> {
        if basis_points <= Self::FULL.0 { Ok(Self(basis_points)) } else { Err(BadShare) }
    }
}

impl From<Share> for u16 {
    fn from(share: Share) -> Self {
        share.0
    }
}

/// A member of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// Whether it may do anything.
    pub state: MemberState,
    /// Its assignments, which a suspension leaves as they are.
    pub standing: Standing,
}

/// An assignment with whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// What is held.
    pub assignment: Assignment,
    /// By whom.
    pub account: AccountId,
    /// Since when.
    pub began_at: Timestamp,
    /// Since when in this rank.
    pub ranked_at: Timestamp,
    /// How much of a working time it takes.
    pub share: Share,
    /// Until when its holder acts as owner.
    pub acts_until: Option<Timestamp>,
}

impl Held {
    /// The longest that ownership is delegated for, in milliseconds: 90 days.
    pub const LONGEST_DELEGATION: i64 = 90 * Timestamp::DAY;

    /// What is held.
    pub const fn position(&self) -> Position {
        self.assignment.position
    }
}

/// Something that happens to a member on the ladder, for its history.
#[derive(Clone, Debug)]
pub struct LadderStep {
    /// Whom.
    pub account: AccountId,
    /// By which assignment; none for what happens to the member as a whole.
    pub assignment: Option<AssignmentId>,
    /// What.
    pub kind: StepKind,
    /// The rank before.
    pub from: Option<Rank>,
    /// The rank after.
    pub to: Option<Rank>,
    /// Why.
    pub reason: Option<Reason>,
}

impl LadderStep {
    /// What happens to a member as a whole.
    pub const fn of_member(account: AccountId, kind: StepKind, reason: Option<Reason>) -> Self {
        Self { account, assignment: None, kind, from: None, to: None, reason }
    }

    /// What happens to who is given an assignment.
    pub const fn assigned(account: AccountId, assignment: AssignmentId, position: Position) -> Self {
        Self {
            account,
            assignment: Some(assignment),
            kind: StepKind::Assigned,
            from: None,
            to: position.rank,
            reason: None,
        }
    }

    /// What happens to an assignment and leaves its rank.
    pub const fn of_assignment(held: &Held, kind: StepKind, reason: Option<Reason>) -> Self {
        let rank = held.position().rank;
        Self {
            account: held.account,
            assignment: Some(held.assignment.id),
            kind,
            from: rank,
            to: rank,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_at_most_whole() {
        assert_eq!(Share::try_from(10_000), Ok(Share::FULL));
        assert_eq!(Share::try_from(10_001), Err(BadShare));
        assert_eq!(serde_json::from_str::<Share>("5000").map(Share::basis_points).ok(), Some(5_000));
        assert!(serde_json::from_str::<Share>("10001").is_err());
    }
}
