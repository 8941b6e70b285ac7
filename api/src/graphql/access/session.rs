//! What an account does with its own sessions.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use qun_domain::access::Role as DomainRole;
use qun_domain::tenancy::{Organization, Slug};
use qun_infra::access::{SessionEntry, SessionProblem};

use super::codes::Role;
use super::log_in::{OrganizationChoice, guest};
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// A log-in that is not over.
#[derive(SimpleObject)]
pub(super) struct Session {
    /// The global id.
    id: ID,
    /// The organization that it is in.
    organization: OrganizationChoice,
    /// When it began.
    created_at: DateTime,
    /// When it was last refreshed.
    refreshed_at: DateTime,
    /// Until when it has to be refreshed.
    expires_at: DateTime,
    /// The network address that it was opened from; null when that is not known.
    address: Option<String>,
    /// What the client called itself; null when it did not.
    user_agent: Option<String>,
    /// Whether it is the one in whose course this is asked.
    is_current: bool,
}

/// An organization that an account belongs to.
#[derive(SimpleObject)]
pub(super) struct Seat {
    /// The organization.
    organization: OrganizationChoice,
    /// The account's roles there, each once.
    roles: Vec<Role>,
}

fn session(asked: &Asked, entry: SessionEntry) -> Session {
    Session {
        id: NodeId::Session(entry.id).id(),
        organization: entry.organization.into(),
        created_at: DateTime(entry.created_at),
        refreshed_at: DateTime(entry.refreshed_at),
        expires_at: DateTime(entry.expires_at),
        address: entry.client.address,
        user_agent: entry.client.user_agent,
        is_current: asked.scope.session() == Some(entry.id),
    }
}

/// The sessions of who asks.
pub(super) async fn sessions(ctx: &Context<'_>) -> Result<Vec<Session>, Problem> {
    let asked = Asked::of(ctx)?;
    let entries = app(ctx).access.own_sessions(&asked.scope).await.map_err(beyond)?;
    Ok(entries.into_iter().map(|entry| session(asked, entry)).collect())
}

/// The organizations of who asks.
pub(super) async fn seats(ctx: &Context<'_>) -> Result<Vec<Seat>, Problem> {
    let seats = app(ctx).access.own_seats(&Asked::of(ctx)?.scope).await.map_err(beyond)?;
    let seat = |(organization, roles): (Organization, Vec<DomainRole>)| Seat {
        organization: organization.into(),
        roles: roles.into_iter().map(Into::into).collect(),
    };
    Ok(seats.into_iter().map(seat).collect())
}

/// The request, of somebody who logged in: who did not, learns nothing from the checks of the
/// input.
pub(super) fn logged_in<'a>(ctx: &Context<'a>) -> Result<&'a Asked, Problem> {
    let asked = Asked::of(ctx)?;
    if asked.scope.session().is_some() { Ok(asked) } else { Err(Problem::Forbidden) }
}

/// What no payload tells.
fn beyond(problem: SessionProblem) -> Problem {
    match problem {
        SessionProblem::NoSession | SessionProblem::NotFound | SessionProblem::SecondFactorMissing => {
            Problem::Forbidden
        }
        SessionProblem::Fault(fault) => fault.into(),
    }
}

/// What ends.
#[derive(InputObject)]
struct LogOutInput {
    /// All sessions of the account, in all of its organizations, not only the one in whose
    /// course this is asked.
    #[graphql(default)]
    everywhere: bool,
}

/// What ended.
#[derive(SimpleObject)]
struct LogOutPayload {
    /// How many sessions ended.
    ended_sessions: usize,
    /// Always empty: whoever has a session may end it.
    user_errors: Vec<UserError>,
}

/// Which session ends.
#[derive(InputObject)]
struct RevokeSessionInput {
    /// The global id of one of your sessions.
    session_id: ID,
}

/// What ended.
#[derive(SimpleObject)]
struct RevokeSessionPayload {
    /// The global id of the session that ended; null when `userErrors` says why none did.
    revoked_session_id: Option<ID>,
    /// Why nothing ended; empty when something did.
    user_errors: Vec<UserError>,
}

/// Where to go on.
#[derive(InputObject)]
struct SwitchOrganizationInput {
    /// The short name of one of your organizations.
    organization: String,
}

/// The session that began.
#[derive(Default, SimpleObject)]
struct SwitchOrganizationPayload {
    /// The token, for the header `Authorization: Bearer …`; null when `userErrors` says why
    /// there is none.
    access_token: Option<String>,
    /// From when on the token is refused; null when there is none.
    expires_at: Option<DateTime>,
    /// What `refreshSession` gives the next tokens for, once; null when there is none.
    refresh_token: Option<String>,
    /// The organization that the tokens are good for; null when there are none.
    organization: Option<OrganizationChoice>,
    /// Why there is no session; empty when there is.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(in crate::graphql) struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Ends the session of who asks, or all of them. Their access tokens are refused within ten
    /// seconds. Needs a log-in.
    async fn log_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What ends.")] input: LogOutInput,
    ) -> Result<LogOutPayload, Problem> {
        let asked = logged_in(ctx)?;
        let ended = app(ctx).access.log_out(&asked.scope, input.everywhere).await.map_err(beyond)?;
        Ok(LogOutPayload { ended_sessions: ended, user_errors: Vec::new() })
    }

    /// Ends one session of who asks. Needs a log-in.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload, Problem> {
        let asked = logged_in(ctx)?;
        let outcome = match NodeId::read(&input.session_id) {
            Some(NodeId::Session(id)) => app(ctx).access.revoke_session(&asked.scope, id).await,
            _ => Err(SessionProblem::NotFound),
        };
        match outcome {
            Ok(()) => Ok(RevokeSessionPayload {
                revoked_session_id: Some(input.session_id),
                user_errors: Vec::new(),
            }),
            Err(SessionProblem::NotFound) => Ok(RevokeSessionPayload {
                revoked_session_id: None,
                user_errors: vec![asked.refusal(Code::NotFound, &["input", "sessionId"])],
            }),
            Err(problem) => Err(beyond(problem)),
        }
    }

    /// Opens a further session in another organization of the account. The present one goes on:
    /// `logOut` ends it. Needs a log-in.
    async fn switch_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where to.")] input: SwitchOrganizationInput,
    ) -> Result<SwitchOrganizationPayload, Problem> {
        let asked = logged_in(ctx)?;
        let (caller, _) = guest(ctx);
        let outcome = match input.organization.parse::<Slug>() {
            Ok(slug) => app(ctx).access.switch_organization(&asked.scope, &slug, &caller).await,
            Err(_) => Err(SessionProblem::NotFound),
        };
        match outcome {
            Ok(logged_in) => Ok(SwitchOrganizationPayload {
                access_token: Some(logged_in.access_token),
                expires_at: Some(DateTime(logged_in.expires_at)),
                refresh_token: Some(logged_in.refresh_token),
                organization: Some(logged_in.organization.into()),
                user_errors: Vec::new(),
            }),
            Err(SessionProblem::NotFound) => Ok(SwitchOrganizationPayload {
                user_errors: vec![asked.refusal(Code::NotFound, &["input", "organization"])],
                ..SwitchOrganizationPayload::default()
            }),
            Err(SessionProblem::SecondFactorMissing) => Ok(SwitchOrganizationPayload {
                user_errors: vec![asked.refusal(Code::SecondFactorMissing, &["input", "organization"])],
                ..SwitchOrganizationPayload::default()
            }),
            Err(problem) => Err(beyond(problem)),
        }
    }
}
