//! Invitations, as those see them who may invite, and as whoever holds a secret does.

use async_graphql::{Context, Enum, ID, Object};
use qun_domain::access::Email;
use qun_domain::id::InvitationId;
use qun_domain::scope::Scope;
use qun_domain::team::{Invitation, InvitationState as DomainState};
use qun_domain::time::Timestamp;
use qun_infra::access::Invited;
use qun_infra::team::{InvitationPage, invitation_by_id, invitations_page};

use super::TeamMemberObject;
use crate::graphql::access::{Account, OrganizationChoice, Rank, Role};
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page::{Slice, connection};
use crate::graphql::scalars::DateTime;
use crate::graphql::scope::AnyScope;

/// How far an invitation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainState")]
pub(in crate::graphql) enum InvitationState {
    /// It can be accepted.
    Open,
    /// Somebody accepted it.
    Accepted,
    /// It was called back.
    Revoked,
    /// Nobody accepted it in time.
    Expired,
}

connection!(
    InvitationConnection,
    InvitationEdge,
    InvitationObject,
    "A page of invitations.",
    "An invitation and its place in the list."
);

/// A page of invitations to positions at a scope, for who may invite or propose to.
pub(in crate::graphql) async fn invitations(
    asked: &Asked,
    scope: Option<&ID>,
    state: Option<InvitationState>,
    first: Option<i32>,
    after: Option<String>,
) -> Result<InvitationConnection, Problem> {
    let slice = Slice::<InvitationId>::new(first, after.as_deref())?;
    // What names no scope of the organization is one where nobody may invite.
    let scope = scope.map_or(Some(Scope::Organization), |id| NodeId::scope(asked, id));
    let scope = scope.ok_or(Problem::Forbidden)?;
    asked.manages_team(scope)?;
    let state = state.map(Into::into);
    let page = InvitationPage { scope, state, after: slice.after, limit: slice.limit() };
    let found = invitations_page(&asked.read, page, asked.now).await?;
    let found = found.into_iter().map(|invitation| InvitationObject(invitation, asked.now));
    Ok(InvitationConnection { page: slice.page(found, |invitation: &InvitationObject| invitation.0.id) })
}

impl Asked {
    /// An invitation, read anew.
    pub(super) async fn invitation(&self, id: InvitationId) -> Result<Option<InvitationObject>, Problem> {
        let found = invitation_by_id(&self.read, id).await?;
        Ok(found.map(|invitation| InvitationObject(invitation, self.now)))
    }
}

/// An invitation into the team, as it is at an instant.
#[derive(Clone)]
pub(in crate::graphql) struct InvitationObject(Invitation, Timestamp);

/// An invitation into the team: good for one person, once.
#[Object(name = "Invitation")]
impl InvitationObject {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::Invitation(self.0.id).id()
    }

    /// The address that it was sent to; null for a link that nobody has claimed.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_ref().map(Email::as_str)
    }

    /// What who accepts it is to work on.
    async fn role(&self) -> Role {
        self.0.position.role.into()
    }

    /// The rank to begin with; null for owners.
    async fn rank(&self) -> Option<Rank> {
        self.0.position.rank.map(Into::into)
    }

    /// Where.
    async fn scope(&self, ctx: &Context<'_>) -> Result<Option<AnyScope>, Problem> {
        AnyScope::find(Asked::of(ctx)?, self.0.position.scope).await
    }

    /// How much of a working time that takes, in basis points, 0 to 10,000.
    async fn share_basis_points(&self) -> u16 {
        self.0.share.basis_points()
    }

    /// How far it has come.
    async fn state(&self) -> InvitationState {
        self.0.state(self.1).into()
    }

    /// Who stands for it, and has to be able to when it is accepted; null for the operator.
    async fn invited_by(&self, ctx: &Context<'_>) -> Result<Option<Account>, Problem> {
        match self.0.invited_by {
            Some(account) => Ok(Some(Asked::of(ctx)?.account(account).await?)),
            None => Ok(None),
        }
    }

    /// When it was first sent.
    async fn invited_at(&self) -> DateTime {
        DateTime(self.0.invited_at)
    }

    /// From when on it cannot be accepted.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// Who accepted it; null when nobody has.
    async fn accepted_by(&self, ctx: &Context<'_>) -> Result<Option<TeamMemberObject>, Problem> {
        match self.0.accepted {
            Some((account, _)) => Asked::of(ctx)?.team_member(account).await,
            None => Ok(None),
        }
    }

    /// When it was accepted; null when nobody has.
    async fn accepted_at(&self) -> Option<DateTime> {
        self.0.accepted.map(|(_, at)| DateTime(at))
    }

    /// When it was called back; null when it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}

/// An open invitation, as whoever holds its token sees it.
struct InvitationPreview(Invited);

/// An open invitation, as whoever holds its token sees it.
#[Object]
impl InvitationPreview {
    /// The organization whose team it is.
    async fn organization(&self) -> OrganizationChoice {
        self.0.organization.clone().into()
    }

    /// What who accepts it is to work on.
    async fn role(&self) -> Role {
        self.0.invitation.position.role.into()
    }

    /// The rank to begin with; null for owners.
    async fn rank(&self) -> Option<Rank> {
        self.0.invitation.position.rank.map(Into::into)
    }

    /// The address that it was sent to; null for a link.
    async fn email(&self) -> Option<&str> {
        self.0.invitation.email.as_ref().map(Email::as_str)
    }

    /// Whether that address has an account already, whose password accepts it; null for a link.
    async fn has_account(&self) -> Option<bool> {
        self.0.has_account
    }

    /// From when on it cannot be accepted.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.invitation.expires_at)
    }
}

#[derive(Default)]
pub(in crate::graphql) struct InvitationQuery;

#[Object]
impl InvitationQuery {
    /// The open invitation that a token opens; null for what opens none. Needs no access token.
    async fn invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token of the letter or link.", secret)] token: String,
    ) -> Result<Option<InvitationPreview>, Problem> {
        Ok(app(ctx).access.invited(&token).await?.map(InvitationPreview))
    }
}
