use async_graphql::{Context, InputObject, Object, SimpleObject};
use qun_domain::locale::Locale;
use qun_domain::tenancy::{Organization, Slug};
use qun_infra::access::LogInProblem;
use qun_infra::db::OrgScope;

use super::object::{Account, Role};
use crate::graphql::asked::app;
use crate::graphql::error::Problem;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};
use crate::http::RequestId;

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
}

/// An organization that an account can log in to.
#[derive(SimpleObject)]
struct OrganizationChoice {
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
struct LogInPayload {
    /// The token, for the header `Authorization: Bearer …`; null when `userErrors` says why
    /// there is none.
    access_token: Option<String>,
    /// From when on the token is refused; null when there is none.
    expires_at: Option<DateTime>,
    /// Who logged in; null when nobody did.
    account: Option<Account>,
    /// The account's role in the organization; null when nobody logged in.
    role: Option<Role>,
    /// The organization that the token is good for; null when there is none.
    organization: Option<OrganizationChoice>,
    /// The organizations to choose from; empty unless the code is `CHOOSE_ORGANIZATION`.
    organizations: Vec<OrganizationChoice>,
    /// In how many seconds the next attempt is looked at; null unless the code is
    /// THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why nobody was logged in; empty when somebody was.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(in crate::graphql) struct AccessMutation;

#[Object]
impl AccessMutation {
    /// Logs an account in to one of its organizations. The one field that needs no token.
    async fn log_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and where.")] input: LogInInput,
    ) -> Result<LogInPayload, Problem> {
        let locale = ctx.data_opt::<Locale>().copied().unwrap_or_default();
        let refused = |code, field: &[&str]| LogInPayload {
            user_errors: vec![UserError::new(code, field, locale)],
            ..LogInPayload::default()
        };
        let slug: Option<Slug> = match input.organization.as_deref().map(str::parse).transpose() {
            Ok(slug) => slug,
            Err(_) => return Ok(refused(Code::BadCredentials, &["input"])),
        };
        let request_id = ctx.data_opt::<RequestId>().map(RequestId::as_str);
        let request_id = request_id.or_else(|| ctx.data_opt::<OrgScope>()?.request_id());
        let access = &app(ctx).access;
        match access.log_in(&input.email, &input.password, slug.as_ref(), request_id).await {
            Ok(logged_in) => Ok(LogInPayload {
                access_token: Some(logged_in.access_token),
                expires_at: Some(DateTime(logged_in.expires_at)),
                account: Some(logged_in.account.into()),
                role: Some(logged_in.role.into()),
                organization: Some(logged_in.organization.into()),
                ..LogInPayload::default()
            }),
            Err(LogInProblem::BadCredentials) => Ok(refused(Code::BadCredentials, &["input"])),
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
}
