use std::future::Future;

use super::{DaySpan, Leave, LeaveNote};
use crate::fault::Fault;
use crate::id::{AccountId, LeaveId};
use crate::team::MembersPort;

/// The leaves of members.
pub trait LeavePort: MembersPort {
    /// A leave, held until the commit.
    fn leave(&mut self, id: LeaveId) -> impl Future<Output = Result<Option<Leave>, Fault>> + Send;

    /// The leaves of a member that is held which hold, and have a day in common with these.
    fn leaves_meeting(
        &mut self,
        account: AccountId,
        days: DaySpan,
    ) -> impl Future<Output = Result<Vec<Leave>, Fault>> + Send;

    /// Adds a leave.
    fn add_leave(
        &mut self,
        account: AccountId,
        days: DaySpan,
        note: Option<&LeaveNote>,
    ) -> impl Future<Output = Result<Leave, Fault>> + Send;

    /// Cancels a leave that is held.
    fn cancel_leave(&mut self, leave: Leave) -> impl Future<Output = Result<Leave, Fault>> + Send;
}
