//! Log-in by the identity provider of an organization.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use qun_domain::tenancy::Slug;
use qun_infra::access::{CameBack, LedAway, ProviderLogInProblem as LogInProblem};

use super::identity_provider::code_of;
use super::log_in::{LogInPayload, guest};
use crate::graphql::asked::app;
use crate::graphql::error::Problem;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Where somebody wants to log in.
#[derive(InputObject)]
struct BeginOidcLogInInput {
    /// The short name of the organization; can be left out by who has an invitation.
    organization: Option<String>,
    /// The token out of the letter of an invitation, for who does not belong to the organization yet.
    #[graphql(secret)]
    invitation: Option<String>,
}

/// Where somebody goes who begins to log in.
#[derive(Default, SimpleObject)]
struct BeginOidcLogInPayload {
    /// The address at the provider to send the browser to; null when `userErrors` says why there is
    /// none.
    authorization_url: Option<String>,
    /// What the browser keeps for itself (`sessionStorage`) and gives to `completeOidcLogIn`: whoever
    /// has the address alone that the provider sends back to can do nothing with it. Null when there
    /// is none.
    secret: Option<String>,
    /// Until when it has to be back; null when there is nothing to come back from.
    expires_at: Option<DateTime>,
    /// In how many seconds the next attempt is looked at; null unless the code is
    /// THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why nothing was begun; empty when something was.
    user_errors: Vec<UserError>,
}

impl From<LedAway> for BeginOidcLogInPayload {
    fn from(away: LedAway) -> Self {
        Self {
            authorization_url: Some(away.authorization_url),
            secret: Some(away.secret),
            expires_at: Some(DateTime(away.expires_at)),
            ..Self::default()
        }
    }
}

/// What somebody brings who comes back.
#[derive(InputObject)]
struct CompleteOidcLogInInput {
    /// `state` in the address that the provider sent back to.
    #[graphql(secret)]
    state: String,
    /// `code` in that address.
    #[graphql(secret)]
    code: String,
    /// What `beginOidcLogIn` gave to this browser.
    #[graphql(secret)]
    secret: String,
    /// A code of the account's second factor, when the answer was
    /// `SECOND_FACTOR_REQUIRED`: the same again, with it.
    #[graphql(secret)]
    second_factor: Option<String>,
}

/// What is told of a problem: its code, at which argument.
fn told(problem: LogInProblem) -> Result<(Code, &'static [&'static str], Option<u64>), Problem> {
    let (code, field): (_, &[&str]) = match problem {
        LogInProblem::NoProvider => (Code::NoProvider, &["input", "organization"]),
        LogInProblem::BadInvitation => (Code::TokenInvalid, &["input", "invitation"]),
        LogInProblem::Provider(problem) => (code_of(problem), &["input"]),
        LogInProblem::Over => (Code::LogInOver, &["input"]),
        LogInProblem::NotAMember => (Code::NobodyHere, &["input"]),
        LogInProblem::ProveFirst => (Code::PasswordFirst, &["input"]),
        LogInProblem::NobodyStandsForIt => (Code::NobodyStandsForIt, &["input"]),
        LogInProblem::SecondFactorRequired => (Code::SecondFactorRequired, &["input", "secondFactor"]),
        LogInProblem::BadSecondFactor => (Code::BadSecondFactor, &["input", "secondFactor"]),
        LogInProblem::SecondFactorMissing => (Code::SecondFactorMissing, &["input", "secondFactor"]),
        LogInProblem::Throttled { retry_after_seconds } => {
            return Ok((Code::Throttled, &["input"], Some(retry_after_seconds)));
        }
        LogInProblem::Fault(fault) => return Err(fault.into()),
    };
    Ok((code, field, None))
}

#[derive(Default)]
pub(in crate::graphql) struct OidcMutation;

#[Object]
impl OidcMutation {
    /// Begins to log in to an organization by its identity provider. The browser goes to
    /// `authorizationUrl` and comes back, within ten minutes, to `/log-in/oidc` of the front end, which
    /// asks `completeOidcLogIn`. Needs no token.
    async fn begin_oidc_log_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where.")] input: BeginOidcLogInInput,
    ) -> Result<BeginOidcLogInPayload, Problem> {
        let (caller, locale) = guest(ctx);
        let slug: Option<Result<Slug, _>> = input.organization.as_deref().map(str::parse);
        let outcome = match slug.transpose() {
            Ok(slug) => {
                let access = &app(ctx).access;
                access.begin_provider_log_in(slug.as_ref(), input.invitation.as_deref(), &caller).await
            }
            Err(_) => Err(LogInProblem::NoProvider),
        };
        match outcome {
            Ok(away) => Ok(away.into()),
            Err(problem) => {
                let (code, field, retry_after_seconds) = told(problem)?;
                Ok(BeginOidcLogInPayload {
                    retry_after_seconds,
                    user_errors: vec![UserError::new(code, field, locale)],
                    ..BeginOidcLogInPayload::default()
                })
            }
        }
    }

    /// Logs in who comes back from the identity provider of an organization: a session begins, good in
    /// that organization alone. What concerns the account beyond it is `FORBIDDEN` to it. Needs no
    /// token.
    async fn complete_oidc_log_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What came back.")] input: CompleteOidcLogInInput,
    ) -> Result<LogInPayload, Problem> {
        let (caller, locale) = guest(ctx);
        let given = CameBack {
            state: &input.state,
            code: &input.code,
            secret: &input.secret,
            second_factor: input.second_factor.as_deref(),
        };
        match app(ctx).access.complete_provider_log_in(given, &caller).await {
            Ok(logged_in) => Ok(logged_in.into()),
            Err(problem) => {
                let (code, field, retry_after_seconds) = told(problem)?;
                let mut payload = LogInPayload::refused(code, field, locale);
                payload.retry_after_seconds = retry_after_seconds;
                Ok(payload)
            }
        }
    }
}
