use std::future::Future;

use super::{Held, LadderStep, Member, MemberState, Share};
use crate::access::{AuditPort, Level, Position, Rank};
use crate::fault::Fault;
use crate::id::{AccountId, AssignmentId};
use crate::scope::Scope;
use crate::time::Timestamp;

/// Members of the team and their assignments.
pub trait MembersPort: AuditPort {
    /// The weight of who acts at a scope; the operator's is that of an owner, a machine has none.
    fn level(&self, at: Scope) -> Option<Level>;

    /// A member, held until the commit.
    fn member(&mut self, account: AccountId) -> impl Future<Output = Result<Option<Member>, Fault>> + Send;

    /// A member that has not left, held until the commit.
    fn present(&mut self, account: AccountId) -> impl Future<Output = Result<Option<Member>, Fault>> + Send
    where
        Self: Send,
    {
        async move { Ok(self.member(account).await?.filter(|member| member.state != MemberState::Left)) }
    }

    /// An assignment that has not ended, held until the commit.
    fn held(&mut self, id: AssignmentId) -> impl Future<Output = Result<Option<Held>, Fault>> + Send;

    /// Whether the organization has this scope; it has itself.
    fn has_scope(&mut self, scope: Scope) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Whether another active member owns the whole organization; all who do are held until the
    /// commit.
    fn has_other_owner(&mut self, account: AccountId) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Gives a member an assignment.
    fn assign(
        &mut self,
        account: AccountId,
        position: Position,
        share: Share,
    ) -> impl Future<Output = Result<AssignmentId, Fault>> + Send;

    /// Writes the rank of an assignment that is held.
    fn set_rank(&mut self, held: &Held, rank: Rank) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Lets the holder of an assignment act as owner until then, or no longer.
    fn set_acting(
        &mut self,
        held: &Held,
        until: Option<Timestamp>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Ends assignments of an account: this one, or all.
    fn end_assignments(
        &mut self,
        account: AccountId,
        one: Option<AssignmentId>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Writes the state of a member that is held. The sessions of one that left end.
    fn set_state(
        &mut self,
        account: AccountId,
        state: MemberState,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Adds to the history of a member.
    fn note_step(&mut self, step: &LadderStep) -> impl Future<Output = Result<(), Fault>> + Send;
}
