use async_graphql::{Context, InputObject, Object, SimpleObject};
use qun_domain::locale::Locale;
use qun_domain::tenancy::{Organization, Slug};
use qun_infra::access::{Caller, Credentials, LogInProblem, LoggedIn, RefreshProblem};

use super::object::Account;
use super::second_factor::Enrollment;
use crate::graphql::asked::app;
use crate::graphql::error::Problem;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Who wants to log in, and where.
#[derive(InputObject)]
struct LogInInput {
    /// The address of the account.
    email: String,
    /// Its password.
    #[graphql(secret)]
    password: String,
    /// The short name of the organization; can be left out by who belongs to one alone.
    organization: Option<String>,
    /// A code of its second factor: six digits of the authenticator app, or a recovery code. Each
    /// is good once. Only for an account that has one.
    #[graphql(secret)]
    code: Option<String>,
    /// A code of the secret in `enrollment`, when the code was `SECOND_FACTOR_MISSING`.
    #[graphql(secret)]
    enrollment_code: Option<String>,
}

/// An organization that an account can log in to.
#[derive(SimpleObject)]
pub(in crate::graphql) struct OrganizationChoice {
    /// The short name, for `organization`.
    slug: String,
    /// The name.
    name: String,
}

impl From<Organization> for OrganizationChoice {
    fn from(organization: Organization) -> Self {
        Self { slug: organization.slug, name: organization.name }
    }
}

/// What came of logging in.
#[derive(Default, SimpleObject)]
pub(super) struct LogInPayload {
    /// The token, for the header `Authorization: Bearer …`; null when `userErrors` says why
    /// there is none.
    access_token: Option<String>,
    /// From when on the token is refused; null when there is none.
    expires_at: Option<DateTime>,
    /// What `refreshSession` gives the next tokens for, once; null when there is none.
    refresh_token: Option<String>,
    /// Who logged in; null when nobody did.
    account: Option<Account>,
    /// The organization that the token is good for; null when there is none.
    organization: Option<OrganizationChoice>,
    /// The organizations to choose from; empty unless the code is `CHOOSE_ORGANIZATION`.
    organizations: Vec<OrganizationChoice>,
    /// A second factor to set up; null unless the code is `SECOND_FACTOR_MISSING`. Log in again
    /// with a code of it as `enrollmentCode`.
    enrollment: Option<Enrollment>,
    /// The recovery codes of the second factor that `enrollmentCode` activated: shown this once.
    /// Null else.
    recovery_codes: Option<Vec<String>>,
    /// In how many seconds the next attempt is looked at; null unless the code is
    /// THROTTLED.
    pub(super) retry_after_seconds: Option<u64>,
    /// Why nobody was logged in; empty when somebody was.
    user_errors: Vec<UserError>,
}

impl From<LoggedIn> for LogInPayload {
    fn from(logged_in: LoggedIn) -> Self {
        Self {
            access_token: Some(logged_in.access_token),
            expires_at: Some(DateTime(logged_in.expires_at)),
            refresh_token: Some(logged_in.refresh_token),
            account: Some(logged_in.account.into()),
            organization: Some(logged_in.organization.into()),
            recovery_codes: logged_in.recovery_codes,
            ..Self::default()
        }
    }
}

impl LogInPayload {
    pub(super) fn refused(code: Code, field: &[&str], locale: Locale) -> Self {
        Self { user_errors: vec![UserError::new(code, field, locale)], ..Self::default() }
    }
}

/// What is given in for new tokens.
#[derive(InputObject)]
struct RefreshSessionInput {
    /// The refresh token of the session that was given last.
    #[graphql(secret)]
    refresh_token: String,
}

/// The next tokens of a session.
#[derive(Default, SimpleObject)]
struct RefreshSessionPayload {
    /// The token, for the header `Authorization: Bearer …`; null when `userErrors` says why
    /// there is none.
    access_token: Option<String>,
    /// From when on the token is refused; null when there is none.
    expires_at: Option<DateTime>,
    /// The refresh token from now on; null when there is none.
    refresh_token: Option<String>,
    /// Why there are no tokens; empty when there are.
    user_errors: Vec<UserError>,
}

/// Who comes, and the language to speak, whether logged in or not.
pub(in crate::graphql) fn guest(ctx: &Context<'_>) -> (Caller, Locale) {
    let locale = ctx.data_opt::<Locale>().copied().unwrap_or_default();
    (ctx.data_opt::<Caller>().cloned().unwrap_or_default(), locale)
}

#[derive(Default)]
pub(in crate::graphql) struct LogInMutation;

#[Object]
impl LogInMutation {
    /// Logs an account in to one of its organizations: a session begins. Needs no token. After the
    /// right password, an account with a second factor is asked for a code of it.
    async fn log_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and where.")] input: LogInInput,
    ) -> Result<LogInPayload, Problem> {
        let (caller, locale) = guest(ctx);
        let refused = |code, field: &[&str]| LogInPayload::refused(code, field, locale);
        let slug: Option<Slug> = match input.organization.as_deref().map(str::parse).transpose() {
            Ok(slug) => slug,
            Err(_) => return Ok(refused(Code::BadCredentials, &["input"])),
        };
        let access = &app(ctx).access;
        let given = Credentials {
            email: &input.email,
            password: &input.password,
            organization: slug.as_ref(),
            code: input.code.as_deref(),
            enrollment_code: input.enrollment_code.as_deref(),
        };
        match access.log_in_with(given, &caller).await {
            Ok(logged_in) => Ok(logged_in.into()),
            Err(LogInProblem::BadCredentials) => Ok(refused(Code::BadCredentials, &["input"])),
            Err(LogInProblem::SecondFactorRequired) => {
                Ok(refused(Code::SecondFactorRequired, &["input", "code"]))
            }
            Err(LogInProblem::BadSecondFactor) => Ok(refused(Code::BadSecondFactor, &["input", "code"])),
            Err(LogInProblem::BadEnrollmentCode) => {
                Ok(refused(Code::BadSecondFactor, &["input", "enrollmentCode"]))
            }
            Err(LogInProblem::SecondFactorMissing(enrollment)) => Ok(LogInPayload {
                enrollment: enrollment.map(Enrollment::from),
                ..refused(Code::SecondFactorMissing, &["input", "enrollmentCode"])
            }),
            Err(LogInProblem::ChooseOrganization(choices)) => Ok(LogInPayload {
                organizations: choices.into_iter().map(Into::into).collect(),
                ..refused(Code::ChooseOrganization, &["input", "organization"])
            }),
            Err(LogInProblem::Throttled { retry_after_seconds }) => Ok(LogInPayload {
                retry_after_seconds: Some(retry_after_seconds),
                ..refused(Code::Throttled, &["input"])
            }),
            Err(LogInProblem::Fault(fault)) => Err(fault.into()),
        }
    }

    /// Gives in a refresh token for the next one, and an access token with it. Needs no access
    /// token. Sent again within 30 seconds, because the answer was lost, the same token gives
    /// the same next one; later, somebody else has it, and the session ends.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token to give in.")] input: RefreshSessionInput,
    ) -> Result<RefreshSessionPayload, Problem> {
        let (caller, locale) = guest(ctx);
        match app(ctx).access.refresh(&input.refresh_token, &caller).await {
            Ok(refreshed) => Ok(RefreshSessionPayload {
                access_token: Some(refreshed.access_token),
                expires_at: Some(DateTime(refreshed.expires_at)),
                refresh_token: Some(refreshed.refresh_token),
                user_errors: Vec::new(),
            }),
            Err(RefreshProblem::SessionEnded) => {
                let error = UserError::new(Code::SessionEnded, &["input", "refreshToken"], locale);
                Ok(RefreshSessionPayload { user_errors: vec![error], ..RefreshSessionPayload::default() })
            }
            Err(RefreshProblem::Fault(fault)) => Err(fault.into()),
        }
    }
}
