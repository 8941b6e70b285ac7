use async_graphql::{Context, ID, Object, SimpleObject};
use qun_domain::access::Reason;
use qun_domain::id::{AccountId, AssignmentId};
use qun_domain::team::{
    AssignRole, AssignRoleRefusal, ChangeRank, ChangeRankRefusal, DelegateOwnership,
    DelegateOwnershipRefusal, EndAssignment, EndAssignmentRefusal, MemberStateRefusal, ReinstateMember,
    RemoveMember, SuspendMember,
};

use super::TeamMemberObject;
use super::input::{
    AssignRoleInput, ChangeRankInput, DelegateOwnershipInput, EndAssignmentInput, ReinstateMemberInput,
    RemoveMemberInput, SuspendMemberInput, position,
};
use crate::graphql::access::ProposalObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, Undone, settled, settled_or_proposed};
use crate::graphql::node::NodeId;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Payloads with a member.
macro_rules! payloads {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Default, SimpleObject)]
        struct $name {
            /// The member as it is now; null when nothing was done.
            member: Option<TeamMemberObject>,
            /// What was made of it where you may only propose; null where it was done or refused.
            proposal: Option<ProposalObject>,
            /// Why nothing was done; empty when it was, or was proposed.
            user_errors: Vec<UserError>,
        }

        impl From<Settled> for $name {
            fn from(Settled { member, undone: Undone { user_errors, proposal } }: Settled) -> Self {
                Self { member, proposal, user_errors }
            }
        }
    )+};
}

payloads! {
    /// What came of giving a role.
    AssignRolePayload;
    /// What came of ending an assignment.
    EndAssignmentPayload;
    /// What came of changing a rank.
    ChangeRankPayload;
    /// What came of suspending a member.
    SuspendMemberPayload;
    /// What came of reinstating a member.
    ReinstateMemberPayload;
    /// What came of removing a member.
    RemoveMemberPayload;
}

/// What came of delegating.
#[derive(Default, SimpleObject)]
struct DelegateOwnershipPayload {
    /// The member as it is now; null when nothing was done.
    member: Option<TeamMemberObject>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What payloads have in common.
struct Settled {
    member: Option<TeamMemberObject>,
    undone: Undone,
}

impl Settled {
    fn refused(error: UserError) -> Self {
        Self { member: None, undone: Undone { user_errors: vec![error], ..Undone::default() } }
    }

    async fn of(asked: &Asked, settled: Result<AccountId, Undone>) -> Result<Self, Problem> {
        Ok(match settled {
            Ok(account) => Self { member: asked.team_member(account).await?, undone: Undone::default() },
            Err(undone) => Self { member: None, undone },
        })
    }
}

/// An argument of the input, or what is wrong with it.
fn account(asked: &Asked, id: &ID) -> Result<AccountId, UserError> {
    NodeId::account(id).ok_or_else(|| asked.refusal(Code::NotFound, &["input", "account"]))
}

fn assignment(asked: &Asked, id: &ID) -> Result<AssignmentId, UserError> {
    match NodeId::read(id) {
        Some(NodeId::RoleAssignment(id)) => Ok(id),
        _ => Err(asked.refusal(Code::NotFound, &["input", "assignment"])),
    }
}

pub(super) fn reason(asked: &Asked, text: &str) -> Result<Reason, UserError> {
    let text = text.replace('\0', "\u{FFFD}");
    text.parse().map_err(|_| asked.refusal(Code::InvalidReason, &["input", "reason"]))
}

/// The value of an argument; what is wrong with it, ends the mutation.
macro_rules! or_refused {
    ($checked:expr) => {
        match $checked {
            Ok(value) => value,
            Err(error) => return Ok(Settled::refused(error).into()),
        }
    };
}

#[derive(Default)]
pub(in crate::graphql) struct MembersMutation;

#[Object]
impl MembersMutation {
    /// Gives a member a role with a rank at a scope. Needs the capability `MANAGE_TEAM` there.
    async fn assign_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to be what.")] input: AssignRoleInput,
    ) -> Result<AssignRolePayload, Problem> {
        let asked = Asked::to_run::<AssignRole>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
        let account = or_refused!(account(&asked, &input.account));
        let kind = (input.role, input.rank);
        let position = position(&asked, kind, input.scope.as_ref(), input.share_basis_points);
        let (position, share) = or_refused!(position);
        let command = AssignRole { account, position, share };
        let tell = |why| {
            vec![match why {
                AssignRoleRefusal::RankUnfit => refusal(Code::RankUnfit, "rank"),
                AssignRoleRefusal::OwnCase => refusal(Code::OwnCase, "account"),
                AssignRoleRefusal::AboveYou => refusal(Code::AboveYou, "role"),
                AssignRoleRefusal::NoSuchScope => refusal(Code::NotFound, "scope"),
                AssignRoleRefusal::NoSuchMember => refusal(Code::NotFound, "account"),
                AssignRoleRefusal::AlreadyAssigned => refusal(Code::AlreadyAssigned, "role"),
            }]
        };
        let settled = settled_or_proposed(asked.execute(command).await?, tell)?;
        Ok(Settled::of(&asked, settled).await?.into())
    }

    /// Ends an assignment; its holder stays a member. Needs the capability `MANAGE_TEAM` at its
    /// scope.
    async fn end_assignment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: EndAssignmentInput,
    ) -> Result<EndAssignmentPayload, Problem> {
        let asked = Asked::to_run::<EndAssignment>(ctx, input.idempotency_key.as_deref())?;
        let assignment = or_refused!(assignment(&asked, &input.assignment));
        let command = EndAssignment { assignment, reason: or_refused!(reason(&asked, &input.reason)) };
        let tell = |why| {
            let code = match why {
                EndAssignmentRefusal::NoSuchAssignment => Code::NotFound,
                EndAssignmentRefusal::AboveYou => Code::AboveYou,
                EndAssignmentRefusal::LastOwner => Code::LastOwner,
            };
            vec![asked.refusal(code, &["input", "assignment"])]
        };
        let settled = settled_or_proposed(asked.execute(command).await?, tell)?;
        Ok(Settled::of(&asked, settled).await?.into())
    }

    /// Lets a member rise or fall in rank. Needs the capability `MANAGE_TEAM` at the scope of the
    /// assignment.
    async fn change_rank(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which rank, and why.")] input: ChangeRankInput,
    ) -> Result<ChangeRankPayload, Problem> {
        let asked = Asked::to_run::<ChangeRank>(ctx, input.idempotency_key.as_deref())?;
        let assignment = or_refused!(assignment(&asked, &input.assignment));
        let reason = or_refused!(reason(&asked, &input.reason));
        let tell = |why| {
            let (code, key) = match why {
                ChangeRankRefusal::NoSuchAssignment => (Code::NotFound, "assignment"),
                ChangeRankRefusal::OwnCase => (Code::OwnCase, "assignment"),
                ChangeRankRefusal::RankUnfit => (Code::RankUnfit, "rank"),
                ChangeRankRefusal::NothingChanges => (Code::AlreadySo, "rank"),
            };
            vec![asked.refusal(code, &["input", key])]
        };
        let command = ChangeRank { assignment, rank: input.rank.into(), reason };
        let settled = settled_or_proposed(asked.execute(command).await?, tell)?;
        Ok(Settled::of(&asked, settled).await?.into())
    }

    /// Lets an owner candidate act as owner of its scope for a while, or no longer. Needs an owner
    /// of that scope.
    async fn delegate_ownership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom, and until when.")] input: DelegateOwnershipInput,
    ) -> Result<DelegateOwnershipPayload, Problem> {
        let asked = Asked::to_run::<DelegateOwnership>(ctx, input.idempotency_key.as_deref())?;
        let refused = |user_errors| Ok(DelegateOwnershipPayload { member: None, user_errors });
        let assignment = match assignment(&asked, &input.assignment) {
            Ok(assignment) => assignment,
            Err(error) => return refused(vec![error]),
        };
        let tell = |why| {
            let (code, key) = match why {
                DelegateOwnershipRefusal::NoSuchAssignment => (Code::NotFound, "assignment"),
                DelegateOwnershipRefusal::AboveYou => (Code::AboveYou, "assignment"),
                DelegateOwnershipRefusal::NotACandidate => (Code::NotACandidate, "assignment"),
                DelegateOwnershipRefusal::BadTime => (Code::InvalidDelegation, "until"),
            };
            vec![asked.refusal(code, &["input", key])]
        };
        let command = DelegateOwnership { assignment, until: input.until.map(|until| until.0) };
        match settled(asked.execute(command).await?, tell)? {
            Ok(account) => Ok(DelegateOwnershipPayload {
                member: asked.team_member(account).await?,
                ..DelegateOwnershipPayload::default()
            }),
            Err(user_errors) => refused(user_errors),
        }
    }

    /// Takes all power from a member, at once, until it is reinstated. Needs the capability
    /// `MANAGE_TEAM`.
    async fn suspend_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and why.")] input: SuspendMemberInput,
    ) -> Result<SuspendMemberPayload, Problem> {
        let asked = Asked::to_run::<SuspendMember>(ctx, input.idempotency_key.as_deref())?;
        let account = or_refused!(account(&asked, &input.account));
        let command = SuspendMember { account, reason: or_refused!(reason(&asked, &input.reason)) };
        let settled = settled_or_proposed(asked.execute(command).await?, |why| tell(&asked, why))?;
        Ok(Settled::of(&asked, settled).await?.into())
    }

    /// Gives a suspended member its power back. Needs the capability `MANAGE_TEAM`.
    async fn reinstate_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and why.")] input: ReinstateMemberInput,
    ) -> Result<ReinstateMemberPayload, Problem> {
        let asked = Asked::to_run::<ReinstateMember>(ctx, input.idempotency_key.as_deref())?;
        let account = or_refused!(account(&asked, &input.account));
        let command = ReinstateMember { account, reason: or_refused!(reason(&asked, &input.reason)) };
        let settled = settled_or_proposed(asked.execute(command).await?, |why| tell(&asked, why))?;
        Ok(Settled::of(&asked, settled).await?.into())
    }

    /// Lets a member leave the organization: its assignments and sessions end, its history stays.
    /// Needs the capability `MANAGE_TEAM`.
    async fn remove_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and why.")] input: RemoveMemberInput,
    ) -> Result<RemoveMemberPayload, Problem> {
        let asked = Asked::to_run::<RemoveMember>(ctx, input.idempotency_key.as_deref())?;
        let account = or_refused!(account(&asked, &input.account));
        let command = RemoveMember { account, reason: or_refused!(reason(&asked, &input.reason)) };
        let settled = settled_or_proposed(asked.execute(command).await?, |why| tell(&asked, why))?;
        Ok(Settled::of(&asked, settled).await?.into())
    }
}

fn tell(asked: &Asked, why: MemberStateRefusal) -> Vec<UserError> {
    let code = match why {
        MemberStateRefusal::NoSuchMember => Code::NotFound,
        MemberStateRefusal::OwnCase => Code::OwnCase,
        MemberStateRefusal::AboveYou => Code::AboveYou,
        MemberStateRefusal::LastOwner => Code::LastOwner,
        MemberStateRefusal::NothingChanges => Code::AlreadySo,
    };
    vec![asked.refusal(code, &["input", "account"])]
}
