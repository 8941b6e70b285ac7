//! Days on which a member is away.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use qun_domain::id::{AccountId, LeaveId};
use qun_domain::scope::Scope;
use qun_domain::team::{
    CancelLeave, CancelLeaveRefusal, DaySpan, Leave, LeaveNote, RecordLeave, RecordLeaveRefusal,
};
use qun_infra::team::LeavePage;

use super::TeamMemberObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled_or_proposed};
use crate::graphql::node::NodeId;
use crate::graphql::page::{Slice, connection};
use crate::graphql::proposable::proposable;
use crate::graphql::scalars::{Date, DateTime};
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

connection!(
    LeaveConnection,
    LeaveEdge,
    LeaveObject,
    "A page of the leaves of a member.",
    "A leave and its place in the list."
);

/// A page of the leaves of a member: its own, or for who manages the team, if only by proposals.
pub(super) async fn leaves(
    asked: &Asked,
    account: AccountId,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<LeaveConnection, Problem> {
    let slice = Slice::<LeaveId>::new(first, after)?;
    asked.is_or_manages(account, Scope::Organization)?;
    let page = LeavePage { account, after: slice.after, limit: slice.limit() };
    let found = asked.loaders.leave_pages.load(&asked.read, page).await?.unwrap_or_default();
    let found = found.into_iter().map(LeaveObject);
    Ok(LeaveConnection { page: slice.page(found, |leave: &LeaveObject| leave.0.id) })
}

/// Days on which a member is away.
#[derive(Clone)]
pub(super) struct LeaveObject(Arc<Leave>);

/// Days on which a member is away.
#[Object(name = "Leave")]
impl LeaveObject {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::Leave(self.0.id).id()
    }

    /// The first day, in the zone of the organization.
    async fn first_day(&self) -> Date {
        Date(self.0.days.first)
    }

    /// The last day.
    async fn last_day(&self) -> Date {
        Date(self.0.days.last)
    }

    /// Why; null where nothing was said.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When it was cancelled; null while it holds.
    async fn cancelled_at(&self) -> Option<DateTime> {
        self.0.cancelled_at.map(DateTime)
    }
}

/// Who is away, and when.
#[derive(InputObject)]
struct RecordLeaveInput {
    /// The global id of the account, or of the member.
    account: ID,
    /// The first day, in the zone of the organization.
    first_day: Date,
    /// The last day: at most 366 days from the first one on.
    last_day: Date,
    /// Why, 1 to 500 characters.
    note: Option<String>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

proposable! {
    /// What came of recording a leave.
    RecordLeavePayload {
        /// The member; null when nothing was done.
        member: TeamMemberObject,
        /// The global id of the leave; null when nothing was done.
        leave_id: ID,
    }
}

/// A leave that is cancelled.
#[derive(InputObject)]
struct CancelLeaveInput {
    /// The global id of the leave.
    leave: ID,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

proposable! {
    /// What came of cancelling a leave.
    CancelLeavePayload {
        /// The global id of the leave; null when nothing was done.
        leave_id: ID,
    }
}

/// What the input asks for, or what is wrong with it.
fn asked_for(asked: &Asked, input: &RecordLeaveInput) -> Result<RecordLeave, UserError> {
    let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
    let account = NodeId::account(&input.account).ok_or_else(|| refusal(Code::NotFound, "account"))?;
    let days = DaySpan::new(input.first_day.0, input.last_day.0);
    let days = days.map_err(|_| refusal(Code::InvalidDays, "lastDay"))?;
    let note: Option<LeaveNote> = match &input.note {
        Some(text) => {
            Some(text.replace('\0', "\u{FFFD}").parse().map_err(|_| refusal(Code::InvalidReason, "note"))?)
        }
        None => None,
    };
    Ok(RecordLeave { account, days, note })
}

#[derive(Default)]
pub(in crate::graphql) struct LeaveMutation;

#[Object]
impl LeaveMutation {
    /// Records that a member is away for some days, which pause what is asked of it. Needs the
    /// capability `MANAGE_TEAM`.
    async fn record_leave(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and when.")] input: RecordLeaveInput,
    ) -> Result<RecordLeavePayload, Problem> {
        let asked = Asked::to_run::<RecordLeave>(ctx, input.idempotency_key.as_deref())?;
        let refused = |user_errors| Ok(RecordLeavePayload { user_errors, ..RecordLeavePayload::default() });
        let command = match asked_for(&asked, &input) {
            Ok(command) => command,
            Err(error) => return refused(vec![error]),
        };
        let account = command.account;
        let tell = |why| {
            let (code, key) = match why {
                RecordLeaveRefusal::NoSuchMember => (Code::NotFound, "account"),
                RecordLeaveRefusal::OwnCase => (Code::OwnCase, "account"),
                RecordLeaveRefusal::Overlaps => (Code::LeaveOverlaps, "firstDay"),
            };
            vec![asked.refusal(code, &["input", key])]
        };
        match settled_or_proposed(asked.execute(command).await?, tell)? {
            Ok(id) => Ok(RecordLeavePayload {
                member: asked.team_member(account).await?,
                leave_id: Some(NodeId::Leave(id).id()),
                ..RecordLeavePayload::default()
            }),
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Cancels a leave: the member was, or will be, there after all. Needs the capability
    /// `MANAGE_TEAM`.
    async fn cancel_leave(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: CancelLeaveInput,
    ) -> Result<CancelLeavePayload, Problem> {
        let asked = Asked::to_run::<CancelLeave>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code| vec![asked.refusal(code, &["input", "leave"])];
        let Some(NodeId::Leave(leave)) = NodeId::read(&input.leave) else {
            let user_errors = refusal(Code::NotFound);
            return Ok(CancelLeavePayload { user_errors, ..CancelLeavePayload::default() });
        };
        let tell = |why| match why {
            CancelLeaveRefusal::NoSuchLeave => refusal(Code::NotFound),
            CancelLeaveRefusal::OwnCase => refusal(Code::OwnCase),
        };
        match settled_or_proposed(asked.execute(CancelLeave { leave }).await?, tell)? {
            Ok(id) => Ok(CancelLeavePayload { leave_id: Some(NodeId::Leave(id).id()), ..Default::default() }),
            Err(undone) => Ok(undone.into()),
        }
    }
}
