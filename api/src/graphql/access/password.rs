//! A new password, in place of one that was forgotten or is to be changed.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use qun_domain::access::MailPurpose;
use qun_domain::locale::Locale;
use qun_infra::access::NewPasswordProblem;

use super::log_in::guest;
use super::sign_up::request_letter;
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::Problem;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Who forgot the password.
#[derive(InputObject)]
struct RequestPasswordResetInput {
    /// The address of the account.
    email: String,
}

/// Whether a letter was asked for.
#[derive(SimpleObject)]
struct RequestPasswordResetPayload {
    /// Whether a letter is on its way to the address, if it has an account; whether it has one
    /// is not told.
    is_requested: bool,
    /// In how many seconds the next letter can be asked for; null unless the code is
    /// THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why no letter was asked for; empty when one was.
    user_errors: Vec<UserError>,
}

/// What gives a new password.
#[derive(InputObject)]
struct ResetPasswordInput {
    /// The token of the letter: good once, for an hour.
    #[graphql(secret)]
    token: String,
    /// The new password: 10 to 200 characters.
    #[graphql(secret)]
    password: String,
}

/// Whether there is a new password.
#[derive(SimpleObject)]
struct ResetPasswordPayload {
    /// Whether the password is the new one, and all sessions of the account are over.
    is_reset: bool,
    /// Why nothing changed; empty when something did.
    user_errors: Vec<UserError>,
}

/// What gives a new password for the present one.
#[derive(InputObject)]
struct ChangePasswordInput {
    /// The present password.
    #[graphql(secret)]
    current_password: String,
    /// The new one: 10 to 200 characters.
    #[graphql(secret)]
    new_password: String,
}

/// Whether there is a new password.
#[derive(SimpleObject)]
struct ChangePasswordPayload {
    /// Whether the password is the new one, and all other sessions of the account are over.
    is_changed: bool,
    /// In how many seconds the next try is looked at; null unless the code is THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why nothing changed; empty when something did.
    user_errors: Vec<UserError>,
}

fn told(
    problem: NewPasswordProblem,
    new: &'static str,
    locale: Locale,
) -> Result<(UserError, Option<u64>), Problem> {
    let (code, field, wait) = match problem {
        NewPasswordProblem::BadToken => (Code::TokenInvalid, "token", None),
        NewPasswordProblem::WrongPassword => (Code::WrongPassword, "currentPassword", None),
        NewPasswordProblem::Throttled { retry_after_seconds } => {
            (Code::Throttled, "currentPassword", Some(retry_after_seconds))
        }
        NewPasswordProblem::WeakPassword => (Code::WeakPassword, new, None),
        NewPasswordProblem::NoSession => return Err(Problem::Forbidden),
        NewPasswordProblem::Fault(fault) => return Err(fault.into()),
    };
    Ok((UserError::new(code, &["input", field], locale), wait))
}

#[derive(Default)]
pub(in crate::graphql) struct PasswordMutation;

#[Object]
impl PasswordMutation {
    /// Asks for a letter with a token for `resetPassword`. Needs no token.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: RequestPasswordResetInput,
    ) -> Result<RequestPasswordResetPayload, Problem> {
        let (user_errors, retry_after_seconds) =
            request_letter(ctx, MailPurpose::ResetPassword, &input.email).await?;
        let is_requested = user_errors.is_empty();
        Ok(RequestPasswordResetPayload { is_requested, retry_after_seconds, user_errors })
    }

    /// Gives the account of a mailbox a new password, for a token that was sent there. All of
    /// its sessions end. Needs no access token.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token and the new password.")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordPayload, Problem> {
        let (caller, locale) = guest(ctx);
        match app(ctx).access.reset_password(&input.token, &input.password, &caller).await {
            Ok(()) => Ok(ResetPasswordPayload { is_reset: true, user_errors: Vec::new() }),
            Err(problem) => {
                let (error, _) = told(problem, "password", locale)?;
                Ok(ResetPasswordPayload { is_reset: false, user_errors: vec![error] })
            }
        }
    }

    /// Gives your account a new password, for the present one. Your other sessions end. Needs a
    /// log-in.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The present password and the new one.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload, Problem> {
        let asked = Asked::of(ctx)?;
        let (caller, locale) = guest(ctx);
        let ChangePasswordInput { current_password, new_password } = input;
        let access = &app(ctx).access;
        match access.change_password(&asked.scope, &current_password, &new_password, &caller).await {
            Ok(()) => Ok(ChangePasswordPayload {
                is_changed: true,
                retry_after_seconds: None,
                user_errors: Vec::new(),
            }),
            Err(problem) => {
                let (error, retry_after_seconds) = told(problem, "newPassword", locale)?;
                Ok(ChangePasswordPayload { is_changed: false, retry_after_seconds, user_errors: vec![error] })
            }
        }
    }
}
