//! Coming in by an invitation.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use qun_domain::locale::Locale;
use qun_infra::access::{AcceptProblem, Acceptor, ClaimProblem, Joined};
use qun_infra::db::OrgScope;

use crate::graphql::access::{Account, OrganizationChoice, guest};
use crate::graphql::asked::app;
use crate::graphql::error::Problem;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// What accepts an invitation.
#[derive(InputObject)]
struct AcceptInvitationInput {
    /// The token of the letter or link: good once.
    #[graphql(secret)]
    token: String,
    /// The password of the account; of the one that is made, if the address of a letter has none
    /// yet: 10 to 200 characters. Left out, the account of the present session accepts.
    #[graphql(secret)]
    password: Option<String>,
    /// The address of the account, by which a link is accepted. A letter knows its own.
    email: Option<String>,
    /// What others call the account that is made: 1 to 200 characters; the address when left out.
    display_name: Option<String>,
    /// A code of the second factor of an account that has one.
    #[graphql(secret)]
    code: Option<String>,
}

/// What came of accepting an invitation.
#[derive(Default, SimpleObject)]
struct AcceptInvitationPayload {
    /// The token, for the header `Authorization: Bearer …`; null when nobody joined, and where the
    /// organization requires a second factor: `logIn` sets that up.
    access_token: Option<String>,
    /// From when on the token is refused; null when there is none.
    expires_at: Option<DateTime>,
    /// What `refreshSession` gives the next tokens for, once; null when there is none.
    refresh_token: Option<String>,
    /// Who joined; null when nobody did.
    account: Option<Account>,
    /// The organization that the account belongs to now; null when nobody joined.
    organization: Option<OrganizationChoice>,
    /// In how many seconds the next try is looked at; null unless the code is THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why nobody joined, in which case the invitation is still good; empty when somebody did.
    user_errors: Vec<UserError>,
}

impl From<Joined> for AcceptInvitationPayload {
    fn from(joined: Joined) -> Self {
        let session = joined.session;
        Self {
            access_token: session.as_ref().map(|session| session.access_token.clone()),
            expires_at: session.as_ref().map(|session| DateTime(session.expires_at)),
            refresh_token: session.map(|session| session.refresh_token),
            account: Some(joined.account.into()),
            organization: Some(joined.organization.into()),
            ..Self::default()
        }
    }
}

/// An address for a link.
#[derive(InputObject)]
struct ClaimInvitationInput {
    /// The token of the link.
    #[graphql(secret)]
    token: String,
    /// The address that the letter goes to.
    email: String,
}

/// What came of claiming a link.
#[derive(SimpleObject)]
struct ClaimInvitationPayload {
    /// Whether a letter is on its way to the address.
    is_requested: bool,
    /// In how many seconds the next letter can be asked for; null unless the code is
    /// THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why no letter was asked for; empty when one was.
    user_errors: Vec<UserError>,
}

/// Why nobody joined: the code, the argument at fault, and how long to wait.
fn told(problem: AcceptProblem, locale: Locale) -> Result<AcceptInvitationPayload, Problem> {
    let (code, key, retry_after_seconds) = match problem {
        AcceptProblem::BadSecret => (Code::TokenInvalid, "token", None),
        AcceptProblem::OtherAddress => (Code::OtherAddress, "token", None),
        AcceptProblem::NobodyStandsForIt => (Code::NobodyStandsForIt, "token", None),
        AcceptProblem::AlreadyMember => (Code::AlreadyMember, "token", None),
        AcceptProblem::BadEmail => (Code::InvalidEmail, "email", None),
        AcceptProblem::WrongPassword => (Code::WrongPassword, "password", None),
        AcceptProblem::SecondFactorRequired => (Code::SecondFactorRequired, "code", None),
        AcceptProblem::BadSecondFactor => (Code::BadSecondFactor, "code", None),
        AcceptProblem::WeakPassword => (Code::WeakPassword, "password", None),
        AcceptProblem::BadName => (Code::InvalidName, "displayName", None),
        AcceptProblem::Throttled { retry_after_seconds } => {
            (Code::Throttled, "password", Some(retry_after_seconds))
        }
        AcceptProblem::NoSession => return Err(Problem::Forbidden),
        AcceptProblem::Fault(fault) => return Err(fault.into()),
    };
    Ok(AcceptInvitationPayload {
        retry_after_seconds,
        user_errors: vec![UserError::new(code, &["input", key], locale)],
        ..AcceptInvitationPayload::default()
    })
}

#[derive(Default)]
pub(in crate::graphql) struct JoiningMutation;

#[Object]
impl JoiningMutation {
    /// Joins a team by an invitation, and logs who joined in. With `password` it needs no access
    /// token; without, the account of the session accepts, and the session goes on.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token, and who accepts.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload, Problem> {
        let (caller, locale) = guest(ctx);
        let by = match (&input.password, ctx.data_opt::<OrgScope>()) {
            (Some(password), _) => Acceptor::Password {
                email: input.email.as_deref(),
                password,
                name: input.display_name.as_deref(),
                code: input.code.as_deref(),
            },
            (None, Some(scope)) => Acceptor::LoggedIn(scope),
            (None, None) => return Err(Problem::Unauthenticated),
        };
        match app(ctx).access.accept_invitation(&input.token, by, &caller).await {
            Ok(joined) => Ok(joined.into()),
            Err(problem) => told(problem, locale),
        }
    }

    /// Has a letter sent by which a link can be accepted without an account: the link itself is
    /// good no more once the letter has left. Needs no access token.
    async fn claim_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link, and where to.")] input: ClaimInvitationInput,
    ) -> Result<ClaimInvitationPayload, Problem> {
        let (caller, locale) = guest(ctx);
        let claimed = app(ctx).access.claim_invitation(&input.token, &input.email, locale, &caller).await;
        let (code, key, retry_after_seconds) = match claimed {
            Ok(()) => {
                return Ok(ClaimInvitationPayload {
                    is_requested: true,
                    retry_after_seconds: None,
                    user_errors: Vec::new(),
                });
            }
            Err(ClaimProblem::BadEmail) => (Code::InvalidEmail, "email", None),
            Err(ClaimProblem::NoMail) => (Code::MailNotAvailable, "email", None),
            Err(ClaimProblem::Throttled { retry_after_seconds }) => {
                (Code::Throttled, "email", Some(retry_after_seconds))
            }
            Err(ClaimProblem::BadSecret) => (Code::TokenInvalid, "token", None),
            Err(ClaimProblem::AlreadyInvited) => (Code::AlreadyInvited, "email", None),
            Err(ClaimProblem::Fault(fault)) => return Err(fault.into()),
        };
        let user_errors = vec![UserError::new(code, &["input", key], locale)];
        Ok(ClaimInvitationPayload { is_requested: false, retry_after_seconds, user_errors })
    }
}
