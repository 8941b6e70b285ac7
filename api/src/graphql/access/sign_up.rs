//! From a stranger with a mailbox to the owner of an organization.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use qun_domain::access::MailPurpose;
use qun_infra::access::{
    CreateOrganizationRefusal as Refusal, LetterProblem, NewOrganization, SignUpProblem,
};

use super::log_in::{OrganizationChoice, guest};
use super::object::Account;
use crate::graphql::asked::app;
use crate::graphql::error::Problem;
use crate::graphql::scalars::{DateTime, TimeZone};
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Who wants to sign up.
#[derive(InputObject)]
struct RequestSignUpInput {
    /// The address that the letter goes to.
    email: String,
}

/// Whether a letter was asked for.
#[derive(SimpleObject)]
struct RequestSignUpPayload {
    /// Whether a letter is on its way to the address, whether or not it has an account.
    is_requested: bool,
    /// In how many seconds the next letter can be asked for; null unless the code is
    /// THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why no letter was asked for; empty when one was.
    user_errors: Vec<UserError>,
}

/// An organization that is to be.
#[derive(InputObject)]
struct NewOrganizationInput {
    /// The name: 1 to 200 characters.
    name: String,
    /// The short name, unique in the installation: 2 to 63 lower-case letters, digits and
    /// hyphens.
    slug: String,
    /// The zone in which its schedules are read.
    time_zone: TimeZone,
}

/// What makes a mailbox an account and an organization.
#[derive(InputObject)]
struct CompleteSignUpInput {
    /// The token of the letter: good once, for 24 hours.
    #[graphql(secret)]
    token: String,
    /// The password of the account: 10 to 200 characters. If the address has an account
    /// already, the password of that.
    #[graphql(secret)]
    password: String,
    /// What others call the account: 1 to 200 characters.
    display_name: String,
    /// A code of the second factor, if the address has an account already that has one.
    #[graphql(secret)]
    code: Option<String>,
    /// The organization that the account will own.
    organization: NewOrganizationInput,
}

/// The session that began.
#[derive(Default, SimpleObject)]
struct CompleteSignUpPayload {
    /// The token, for the header `Authorization: Bearer …`; null when `userErrors` says why
    /// there is none.
    access_token: Option<String>,
    /// From when on the token is refused; null when there is none.
    expires_at: Option<DateTime>,
    /// What `refreshSession` gives the next tokens for, once; null when there is none.
    refresh_token: Option<String>,
    /// The account; null when nobody signed up.
    account: Option<Account>,
    /// The organization that the account owns now; null when nobody signed up.
    organization: Option<OrganizationChoice>,
    /// In how many seconds the next try is looked at; null unless the code is THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why nobody signed up, in which case the token is still good; empty when somebody did.
    user_errors: Vec<UserError>,
}

/// Asks for a letter; why none was asked for, and in how many seconds one can be.
pub(super) async fn request_letter(
    ctx: &Context<'_>,
    purpose: MailPurpose,
    email: &str,
) -> Result<(Vec<UserError>, Option<u64>), Problem> {
    let (caller, locale) = guest(ctx);
    let (code, field, wait): (Code, &[&str], _) =
        match app(ctx).access.request_letter(purpose, email, locale, &caller).await {
            Ok(()) => return Ok((Vec::new(), None)),
            Err(LetterProblem::BadEmail) => (Code::InvalidEmail, &["input", "email"], None),
            Err(LetterProblem::SignUpClosed) => (Code::SignUpClosed, &["input"], None),
            Err(LetterProblem::NoMail) => (Code::MailNotAvailable, &["input"], None),
            Err(LetterProblem::Throttled { retry_after_seconds }) => {
                (Code::Throttled, &["input"], Some(retry_after_seconds))
            }
            Err(LetterProblem::Fault(fault)) => return Err(fault.into()),
        };
    Ok((vec![UserError::new(code, field, locale)], wait))
}

#[derive(Default)]
pub(in crate::graphql) struct SignUpMutation;

#[Object]
impl SignUpMutation {
    /// Asks for a letter with a token for `completeSignUp`. Needs no token. Whether the address
    /// has an account already is told to its mailbox alone.
    async fn request_sign_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: RequestSignUpInput,
    ) -> Result<RequestSignUpPayload, Problem> {
        let (user_errors, retry_after_seconds) =
            request_letter(ctx, MailPurpose::SignUp, &input.email).await?;
        Ok(RequestSignUpPayload { is_requested: user_errors.is_empty(), retry_after_seconds, user_errors })
    }

    /// Founds an organization, with the mailbox that the token was sent to as its owner, and
    /// logs the owner in. Needs no access token.
    async fn complete_sign_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token, the account and the organization.")] input: CompleteSignUpInput,
    ) -> Result<CompleteSignUpPayload, Problem> {
        let (caller, locale) = guest(ctx);
        let refused = |code, field: &[&str]| CompleteSignUpPayload {
            user_errors: vec![UserError::new(code, field, locale)],
            ..CompleteSignUpPayload::default()
        };
        let Ok(slug) = input.organization.slug.parse() else {
            return Ok(refused(Code::InvalidSlug, &["input", "organization", "slug"]));
        };
        let new = NewOrganization {
            slug,
            name: input.organization.name,
            zone: input.organization.time_zone.0,
            owner_email: String::new(),
            owner_password: input.password,
            owner_name: input.display_name,
        };
        match app(ctx).access.complete_sign_up(&input.token, new, input.code.as_deref(), &caller).await {
            Ok(logged_in) => Ok(CompleteSignUpPayload {
                access_token: Some(logged_in.access_token),
                expires_at: Some(DateTime(logged_in.expires_at)),
                refresh_token: Some(logged_in.refresh_token),
                account: Some(logged_in.account.into()),
                organization: Some(logged_in.organization.into()),
                retry_after_seconds: None,
                user_errors: Vec::new(),
            }),
            Err(SignUpProblem::BadToken | SignUpProblem::Refused(Refusal::BadEmail)) => {
                Ok(refused(Code::TokenInvalid, &["input", "token"]))
            }
            Err(SignUpProblem::WrongPassword) => Ok(refused(Code::WrongPassword, &["input", "password"])),
            Err(SignUpProblem::SecondFactorRequired) => {
                Ok(refused(Code::SecondFactorRequired, &["input", "code"]))
            }
            Err(SignUpProblem::BadSecondFactor) => Ok(refused(Code::BadSecondFactor, &["input", "code"])),
            Err(SignUpProblem::Throttled { retry_after_seconds }) => Ok(CompleteSignUpPayload {
                retry_after_seconds: Some(retry_after_seconds),
                ..refused(Code::Throttled, &["input", "password"])
            }),
            Err(SignUpProblem::Refused(Refusal::SlugTaken)) => {
                Ok(refused(Code::NameTaken, &["input", "organization", "slug"]))
            }
            Err(SignUpProblem::Refused(Refusal::BadName)) => {
                Ok(refused(Code::InvalidName, &["input", "organization", "name"]))
            }
            Err(SignUpProblem::Refused(Refusal::BadOwnerName)) => {
                Ok(refused(Code::InvalidName, &["input", "displayName"]))
            }
            Err(SignUpProblem::Refused(Refusal::WeakPassword)) => {
                Ok(refused(Code::WeakPassword, &["input", "password"]))
            }
            Err(SignUpProblem::Fault(fault)) => Err(fault.into()),
        }
    }
}
