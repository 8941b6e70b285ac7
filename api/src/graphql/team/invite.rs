//! Inviting, again and no longer.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use qun_domain::access::{Email, Position};
use qun_domain::id::{AccountId, InvitationId};
use qun_domain::team::{
    Delivery, GoodFor, InviteMember, InviteMemberRefusal, MemberState, RenewInvitation,
    RenewInvitationRefusal, RevokeInvitation, RevokeInvitationRefusal, Sent, Share,
};
use qun_infra::access::{FreshInvitation, members_by_email};
use qun_infra::team::member_rows;

use super::input::position;
use super::invitation::InvitationObject;
use crate::graphql::access::{ProposalObject, Rank, Role};
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::{Problem, Undone, settled, settled_or_proposed};
use crate::graphql::node::NodeId;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Who is invited to what.
#[derive(InputObject)]
struct InviteMemberInput {
    /// The address that a letter goes to. Left out, a link is made, which whoever has it may
    /// accept, once.
    email: Option<String>,
    /// What the person is to work on.
    role: Role,
    /// The rank to begin with; null for owners, and for owners alone.
    rank: Option<Rank>,
    /// The global id of the group or community; the organization when left out.
    scope: Option<ID>,
    /// How much of a working time that takes, in basis points, 0 to 10,000; 10,000 when left
    /// out.
    share_basis_points: Option<i32>,
    /// For how many days it can be accepted, 1 to 30; 7 when left out.
    days: Option<i32>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// What came of inviting.
#[derive(Default, SimpleObject)]
struct InviteMemberPayload {
    /// The invitation; null when there is none.
    invitation: Option<InvitationObject>,
    /// The token of the link, for `invitation` and `acceptInvitation`. It is shown this once: null
    /// when the mutation was done before under the same idempotency key, and where a letter takes
    /// it along.
    token: Option<String>,
    /// What was made of it where you may only propose; null where it was done or refused.
    proposal: Option<ProposalObject>,
    /// In how many seconds the next letter to the address can be asked for; null unless the code
    /// is THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why nobody was invited; empty when somebody was, or was proposed.
    user_errors: Vec<UserError>,
}

/// An invitation that is sent again.
#[derive(InputObject)]
struct RenewInvitationInput {
    /// The global id of the invitation.
    invitation: ID,
    /// For how many days from now it can be accepted, 1 to 30; 7 when left out.
    days: Option<i32>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// What came of sending an invitation again.
#[derive(Default, SimpleObject)]
struct RenewInvitationPayload {
    /// The invitation; null when nothing was done.
    invitation: Option<InvitationObject>,
    /// The token of the link from now on. It is shown this once: null when the mutation was done
    /// before under the same idempotency key, and where a letter takes it along.
    token: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// An invitation that is called back.
#[derive(InputObject)]
struct RevokeInvitationInput {
    /// The global id of the invitation.
    invitation: ID,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// What came of calling an invitation back.
#[derive(Default, SimpleObject)]
struct RevokeInvitationPayload {
    /// The invitation; null when nothing was done.
    invitation: Option<InvitationObject>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

fn invitation_id(id: &ID) -> Option<InvitationId> {
    match NodeId::read(id)? {
        NodeId::Invitation(id) => Some(id),
        _ => None,
    }
}

fn good_for(asked: &Asked, days: Option<i32>) -> Result<GoodFor, UserError> {
    let Some(days) = days else { return Ok(GoodFor::DEFAULT) };
    let days = u8::try_from(days).ok().and_then(|days| GoodFor::try_from(days).ok());
    days.ok_or_else(|| asked.refusal(Code::ExpiryOutOfRange, &["input", "days"]))
}

/// The token, if it is the one that opens what was sent.
fn shown(fresh: FreshInvitation, sent: Sent) -> Option<String> {
    (sent.secret_hash == Some(fresh.secret_hash)).then_some(fresh.secret)
}

/// What the input asks for, or what is wrong with it.
fn asked_for(asked: &Asked, input: &InviteMemberInput) -> Result<(Position, Share, GoodFor), UserError> {
    let kind = (input.role, input.rank);
    let (position, share) = position(asked, kind, input.scope.as_ref(), input.share_basis_points)?;
    Ok((position, share, good_for(asked, input.days)?))
}

fn tell(asked: &Asked, why: InviteMemberRefusal) -> UserError {
    let (code, key) = match why {
        InviteMemberRefusal::RankUnfit => (Code::RankUnfit, "rank"),
        InviteMemberRefusal::AboveYou => (Code::AboveYou, "role"),
        InviteMemberRefusal::NoSuchScope => (Code::NotFound, "scope"),
        InviteMemberRefusal::AlreadyInvited => (Code::AlreadyInvited, "email"),
        InviteMemberRefusal::TooMany => (Code::TooManyInvitations, "email"),
    };
    asked.refusal(code, &["input", key])
}

/// Whether an active or suspended member has this address.
async fn is_member(asked: &Asked, email: &Email) -> Result<bool, Problem> {
    let known = members_by_email(&asked.read, &[email.to_string()]).await?;
    let accounts: Vec<AccountId> = known.iter().map(|account| account.id).collect();
    let rows = member_rows(&asked.read, &accounts).await?;
    Ok(rows.iter().any(|row| row.state != MemberState::Left))
}

/// A letter to an address that may be written to, or why it is not.
async fn letter(
    ctx: &Context<'_>,
    asked: &Asked,
    email: &str,
) -> Result<Result<Delivery, InviteMemberPayload>, Problem> {
    let access = &app(ctx).access;
    let refused = |code, retry_after_seconds| {
        let user_errors = vec![asked.refusal(code, &["input", "email"])];
        Ok(Err(InviteMemberPayload { retry_after_seconds, user_errors, ..InviteMemberPayload::default() }))
    };
    if !access.sends_letters() {
        return refused(Code::MailNotAvailable, None);
    }
    let Ok(email) = email.parse::<Email>() else { return refused(Code::InvalidEmail, None) };
    if is_member(asked, &email).await? {
        return refused(Code::AlreadyMember, None);
    }
    if let Err(wait) = access.admit_letter(&email).await {
        return refused(Code::Throttled, Some(wait));
    }
    Ok(Ok(Delivery::Letter { email, locale: asked.locale }))
}

#[derive(Default)]
pub(in crate::graphql) struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Invites somebody into the team, by a letter or by a link. Needs the capability `MANAGE_TEAM`
    /// at the scope, also when it is accepted.
    async fn invite_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and to what.")] input: InviteMemberInput,
    ) -> Result<InviteMemberPayload, Problem> {
        let asked = Asked::to_run::<InviteMember>(ctx, input.idempotency_key.as_deref())?;
        let (position, share, good_for) = match asked_for(&asked, &input) {
            Ok(found) => found,
            Err(error) => {
                return Ok(InviteMemberPayload { user_errors: vec![error], ..Default::default() });
            }
        };
        let fresh = app(ctx).access.fresh_invitation(&asked.scope, None);
        let delivery = match &input.email {
            Some(email) => match letter(ctx, &asked, email).await? {
                Ok(delivery) => delivery,
                Err(refused) => return Ok(refused),
            },
            None => Delivery::Link { id: fresh.id, secret_hash: fresh.secret_hash },
        };
        let command = InviteMember { delivery, position, share, good_for };
        match settled_or_proposed(asked.execute(command).await?, |why| vec![tell(&asked, why)])? {
            Ok(sent) => {
                app(ctx).access.wake_post_office();
                Ok(InviteMemberPayload {
                    invitation: asked.invitation(sent.id).await?,
                    token: shown(fresh, sent),
                    ..InviteMemberPayload::default()
                })
            }
            Err(Undone { user_errors, proposal }) => {
                Ok(InviteMemberPayload { proposal, user_errors, ..InviteMemberPayload::default() })
            }
        }
    }

    /// Sends an invitation again, under another token: the one before is good no more. Needs the
    /// capability `MANAGE_TEAM` at its scope.
    async fn renew_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RenewInvitationInput,
    ) -> Result<RenewInvitationPayload, Problem> {
        let asked = Asked::to_run::<RenewInvitation>(ctx, input.idempotency_key.as_deref())?;
        let refused = |user_errors| Ok(RenewInvitationPayload { user_errors, ..Default::default() });
        let refusal = |code| vec![asked.refusal(code, &["input", "invitation"])];
        let Some(id) = invitation_id(&input.invitation) else { return refused(refusal(Code::NotFound)) };
        let good_for = match good_for(&asked, input.days) {
            Ok(good_for) => good_for,
            Err(error) => return refused(vec![error]),
        };
        let fresh = app(ctx).access.fresh_invitation(&asked.scope, Some(id));
        let command = RenewInvitation { invitation: id, secret_hash: fresh.secret_hash, good_for };
        let tell = |why| match why {
            RenewInvitationRefusal::NoSuchInvitation => refusal(Code::NotFound),
            RenewInvitationRefusal::Settled => refusal(Code::InvitationSettled),
            RenewInvitationRefusal::AboveYou => refusal(Code::AboveYou),
        };
        match settled(asked.execute(command).await?, tell)? {
            Ok(sent) => {
                app(ctx).access.wake_post_office();
                Ok(RenewInvitationPayload {
                    invitation: asked.invitation(sent.id).await?,
                    token: shown(fresh, sent),
                    user_errors: Vec::new(),
                })
            }
            Err(user_errors) => refused(user_errors),
        }
    }

    /// Calls an invitation back: it can be accepted no more. Needs the capability `MANAGE_TEAM` at
    /// its scope.
    async fn revoke_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RevokeInvitationInput,
    ) -> Result<RevokeInvitationPayload, Problem> {
        let asked = Asked::to_run::<RevokeInvitation>(ctx, input.idempotency_key.as_deref())?;
        let refused = |user_errors| Ok(RevokeInvitationPayload { invitation: None, user_errors });
        let refusal = |code| vec![asked.refusal(code, &["input", "invitation"])];
        let Some(invitation) = invitation_id(&input.invitation) else {
            return refused(refusal(Code::NotFound));
        };
        let tell = |why| match why {
            RevokeInvitationRefusal::NoSuchInvitation => refusal(Code::NotFound),
            RevokeInvitationRefusal::Settled => refusal(Code::InvitationSettled),
            RevokeInvitationRefusal::AboveYou => refusal(Code::AboveYou),
        };
        match settled(asked.execute(RevokeInvitation { invitation }).await?, tell)? {
            Ok(id) => Ok(RevokeInvitationPayload {
                invitation: asked.invitation(id).await?,
                user_errors: Vec::new(),
            }),
            Err(user_errors) => refused(user_errors),
        }
    }
}
