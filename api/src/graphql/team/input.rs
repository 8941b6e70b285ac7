use async_graphql::{ID, InputObject};
use qun_domain::access::Position;
use qun_domain::scope::Scope;
use qun_domain::team::Share;

use crate::graphql::access::{Rank, Role};
use crate::graphql::asked::Asked;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// What a member is to be.
#[derive(InputObject)]
pub(super) struct AssignRoleInput {
    /// The global id of the account, or of the member.
    pub(super) account: ID,
    /// What it is to work on.
    pub(super) role: Role,
    /// How far it has come; null for owners, and for owners alone.
    pub(super) rank: Option<Rank>,
    /// The global id of the group or community; the organization when left out.
    pub(super) scope: Option<ID>,
    /// How much of a working time that takes, in basis points, 0 to 10,000; 10,000 when left
    /// out.
    pub(super) share_basis_points: Option<i32>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// An assignment that is to end.
#[derive(InputObject)]
pub(super) struct EndAssignmentInput {
    /// The global id of the assignment.
    pub(super) assignment: ID,
    /// Why, 1 to 500 characters.
    pub(super) reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A rank to rise or fall to.
#[derive(InputObject)]
pub(super) struct ChangeRankInput {
    /// The global id of the assignment.
    pub(super) assignment: ID,
    /// Its rank from now on.
    pub(super) rank: Rank,
    /// Why, 1 to 500 characters.
    pub(super) reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// Who acts as owner for a while.
#[derive(InputObject)]
pub(super) struct DelegateOwnershipInput {
    /// The global id of the assignment, of rank `OWNER_CANDIDATE`.
    pub(super) assignment: ID,
    /// Until when, at most 90 days ahead; null takes the delegation back.
    pub(super) until: Option<DateTime>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A member to suspend.
#[derive(InputObject)]
pub(super) struct SuspendMemberInput {
    /// The global id of the account, or of the member.
    pub(super) account: ID,
    /// Why, 1 to 500 characters.
    pub(super) reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A member to reinstate.
#[derive(InputObject)]
pub(super) struct ReinstateMemberInput {
    /// The global id of the account, or of the member.
    pub(super) account: ID,
    /// Why, 1 to 500 characters.
    pub(super) reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A member to remove.
#[derive(InputObject)]
pub(super) struct RemoveMemberInput {
    /// The global id of the account, or of the member.
    pub(super) account: ID,
    /// Why, 1 to 500 characters.
    pub(super) reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// What a member is to be, and how much of a working time that takes, by the arguments `scope` and
/// `shareBasisPoints` of an input; or which of these is wrong.
pub(super) fn position(
    asked: &Asked,
    (role, rank): (Role, Option<Rank>),
    scope: Option<&ID>,
    share_basis_points: Option<i32>,
) -> Result<(Position, Share), UserError> {
    let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
    let scope = scope.map_or(Some(Scope::Organization), |id| NodeId::scope(asked, id));
    let scope = scope.ok_or_else(|| refusal(Code::NotFound, "scope"))?;
    let share = share_basis_points.map_or(Ok(Share::FULL), |share| {
        let share = u16::try_from(share).ok().and_then(|share| Share::try_from(share).ok());
        share.ok_or_else(|| refusal(Code::InvalidShare, "shareBasisPoints"))
    })?;
    Ok((Position { role: role.into(), rank: rank.map(Into::into), scope }, share))
}
