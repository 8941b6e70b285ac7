use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{DaySpan, Leave, LeaveChanged, LeaveNote, LeavePort};
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, kept};
use crate::fault::Fault;
use crate::id::{AccountId, LeaveId};

/// Records that a member is away for some days (M16). The same once more is the one that is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordLeave {
    /// Who is away.
    pub account: AccountId,
    /// On which days, in the zone of the organization.
    pub days: DaySpan,
    /// Why.
    pub note: Option<LeaveNote>,
}

/// Why no leave was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordLeaveRefusal {
    /// There is no such member, or it has left.
    NoSuchMember,
    /// Nobody decides about himself.
    OwnCase,
    /// The member is away on some of these days already.
    Overlaps,
}

impl<Tx: LeavePort> Command<Tx> for RecordLeave {
    const NAME: &'static str = "team.record_leave";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = LeaveId;
    type Refusal = RecordLeaveRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<LeaveId, RecordLeaveRefusal> {
        let Self { account, days, note } = self;
        if tx.acting() == Some(account) {
            return Err(Failure::Refused(RecordLeaveRefusal::OwnCase));
        }
        tx.present(account).await?.or_refuse(RecordLeaveRefusal::NoSuchMember)?;
        match tx.leaves_meeting(account, days).await?.as_slice() {
            [] => {}
            [same] if same.days == days => return Ok(same.id),
            _ => return Err(Failure::Refused(RecordLeaveRefusal::Overlaps)),
        }

        let leave = tx.add_leave(account, days, note.as_ref()).await?;
        tell(tx, &leave)?;
        Ok(leave.id)
    }
}

/// Cancels a leave: the member was, or will be, there after all.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CancelLeave {
    /// The leave.
    pub leave: LeaveId,
}

/// Why a leave was not cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelLeaveRefusal {
    /// There is no such leave.
    NoSuchLeave,
    /// Nobody decides about himself.
    OwnCase,
}

impl<Tx: LeavePort> Command<Tx> for CancelLeave {
    const NAME: &'static str = "team.cancel_leave";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = LeaveId;
    type Refusal = CancelLeaveRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<LeaveId, CancelLeaveRefusal> {
        let leave = tx.leave(self.leave).await?.or_refuse(CancelLeaveRefusal::NoSuchLeave)?;
        if tx.acting() == Some(leave.account) {
            return Err(Failure::Refused(CancelLeaveRefusal::OwnCase));
        }
        if leave.cancelled_at.is_some() {
            return Ok(leave.id);
        }
        let leave = tx.cancel_leave(leave).await?;
        tell(tx, &leave)?;
        Ok(leave.id)
    }
}

fn tell(tx: &mut impl LeavePort, leave: &Leave) -> Result<(), Fault> {
    let detail = json!({
        "leave": leave.id, "days": leave.days, "note": leave.note, "isCancelled": leave.cancelled_at.is_some(),
    });
    tx.audit(format!("account:{}", leave.account), detail);
    tx.emit(&LeaveChanged::from(leave))
}
