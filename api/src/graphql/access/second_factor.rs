//! A second factor beside the password: an account sets it up, and ends it.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use qun_infra::access::{SecondFactorProblem, SecondFactorState};

use super::log_in::guest;
use super::session::logged_in;
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::Problem;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// A second factor that an account has: codes of an authenticator app.
#[derive(SimpleObject)]
pub(super) struct SecondFactor {
    /// Since when it is asked for.
    active_since: DateTime,
    /// How many of its recovery codes are left.
    recovery_codes_left: usize,
}

impl From<SecondFactorState> for SecondFactor {
    fn from(state: SecondFactorState) -> Self {
        Self { active_since: DateTime(state.active_since), recovery_codes_left: state.recovery_codes_left }
    }
}

/// A secret that waits for a code of it, for an hour. It is shown this once.
#[derive(SimpleObject)]
#[graphql(name = "SecondFactorEnrollment")]
pub(super) struct Enrollment {
    /// The secret, to be typed into an authenticator app: base32.
    secret: String,
    /// The same as `otpauth://totp/…`, to be shown as a QR code.
    otpauth_url: String,
}

impl From<qun_infra::access::Enrollment> for Enrollment {
    fn from(enrollment: qun_infra::access::Enrollment) -> Self {
        Self { secret: enrollment.secret, otpauth_url: enrollment.url }
    }
}

/// The second factor of who asks.
pub(super) async fn second_factor(ctx: &Context<'_>) -> Result<Option<SecondFactor>, Problem> {
    let asked = logged_in(ctx)?;
    let found = app(ctx).access.second_factor(&asked.scope).await;
    found.map(|state| state.map(SecondFactor::from)).map_err(beyond)
}

/// What no payload tells.
fn beyond(problem: SecondFactorProblem) -> Problem {
    match problem {
        SecondFactorProblem::Fault(fault) => fault.into(),
        SecondFactorProblem::NoSession
        | SecondFactorProblem::WrongPassword
        | SecondFactorProblem::Throttled { .. }
        | SecondFactorProblem::Active
        | SecondFactorProblem::NotActive
        | SecondFactorProblem::NotBegun
        | SecondFactorProblem::BadCode => Problem::Forbidden,
    }
}

/// What a payload tells, and in how many seconds to try again.
fn told(
    asked: &Asked,
    problem: SecondFactorProblem,
    throttled: &'static str,
) -> Result<(Vec<UserError>, Option<u64>), Problem> {
    let (code, field, wait): (_, &[&str], _) = match problem {
        SecondFactorProblem::WrongPassword => (Code::WrongPassword, &["input", "currentPassword"], None),
        SecondFactorProblem::BadCode => (Code::BadSecondFactor, &["input", "code"], None),
        SecondFactorProblem::Active => (Code::SecondFactorActive, &["input"], None),
        SecondFactorProblem::NotActive => (Code::SecondFactorNotActive, &["input"], None),
        SecondFactorProblem::NotBegun => (Code::SecondFactorNotBegun, &["input"], None),
        SecondFactorProblem::Throttled { retry_after_seconds } => {
            (Code::Throttled, &["input", throttled], Some(retry_after_seconds))
        }
        SecondFactorProblem::NoSession | SecondFactorProblem::Fault(_) => return Err(beyond(problem)),
    };
    Ok((vec![asked.refusal(code, field)], wait))
}

/// What shows a second factor.
#[derive(InputObject)]
struct BeginSecondFactorInput {
    /// The present password.
    #[graphql(secret)]
    current_password: String,
}

/// A second factor that is not yet one.
#[derive(SimpleObject)]
struct BeginSecondFactorPayload {
    /// The secret for the authenticator app. It has no effect before `confirmSecondFactor`; null
    /// when `userErrors` says why there is none.
    enrollment: Option<Enrollment>,
    /// In how many seconds the next try is looked at; null unless the code is THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why there is nothing to set up; empty when there is.
    user_errors: Vec<UserError>,
}

/// What confirms a second factor.
#[derive(InputObject)]
struct ConfirmSecondFactorInput {
    /// The six digits that the authenticator app shows.
    #[graphql(secret)]
    code: String,
}

/// A second factor that was activated.
#[derive(SimpleObject)]
struct ConfirmSecondFactorPayload {
    /// The second factor; null when `userErrors` says why there is none.
    second_factor: Option<SecondFactor>,
    /// Ten codes to write down, for who has lost the app: each is good once, in the place of a
    /// code of the app. They are shown this once; null when there are none.
    recovery_codes: Option<Vec<String>>,
    /// In how many seconds the next try is looked at; null unless the code is THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why nothing was activated; empty when something was.
    user_errors: Vec<UserError>,
}

/// What ends a second factor.
#[derive(InputObject)]
struct EndSecondFactorInput {
    /// The present password.
    #[graphql(secret)]
    current_password: String,
    /// A code of the authenticator app, or a recovery code.
    #[graphql(secret)]
    code: String,
}

/// Whether the account has no second factor any more.
#[derive(SimpleObject)]
struct EndSecondFactorPayload {
    /// Whether it has none any more, and its sessions in organizations that require one are over,
    /// the present one too if it is in one.
    is_ended: bool,
    /// In how many seconds the next try is looked at; null unless the code is THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why nothing ended; empty when something did.
    user_errors: Vec<UserError>,
}

/// What makes recovery codes anew.
#[derive(InputObject)]
struct RenewRecoveryCodesInput {
    /// The present password.
    #[graphql(secret)]
    current_password: String,
    /// A code of the authenticator app, or one of the recovery codes.
    #[graphql(secret)]
    code: String,
}

/// Recovery codes in the place of those from before.
#[derive(SimpleObject)]
struct RenewRecoveryCodesPayload {
    /// Ten codes, shown this once; null when `userErrors` says why there are none.
    recovery_codes: Option<Vec<String>>,
    /// In how many seconds the next try is looked at; null unless the code is THROTTLED.
    retry_after_seconds: Option<u64>,
    /// Why the codes are those from before; empty when they are not.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(in crate::graphql) struct SecondFactorMutation;

#[Object]
impl SecondFactorMutation {
    /// Shows a secret for an authenticator app, for the present password. Each time it is another
    /// one, and the last one counts. Needs a log-in.
    async fn begin_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The present password.")] input: BeginSecondFactorInput,
    ) -> Result<BeginSecondFactorPayload, Problem> {
        let asked = logged_in(ctx)?;
        let (access, (caller, _)) = (&app(ctx).access, guest(ctx));
        let begun = access.begin_second_factor(&asked.scope, &input.current_password, &caller).await;
        let (enrollment, (user_errors, retry_after_seconds)) = match begun {
            Ok(enrollment) => (Some(enrollment.into()), (Vec::new(), None)),
            Err(problem) => (None, told(asked, problem, "currentPassword")?),
        };
        Ok(BeginSecondFactorPayload { enrollment, retry_after_seconds, user_errors })
    }

    /// Activates the second factor that was shown, by a code of it. Your other sessions end; from
    /// now on `logIn` asks for a code. Needs a log-in.
    async fn confirm_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A code of the authenticator app.")] input: ConfirmSecondFactorInput,
    ) -> Result<ConfirmSecondFactorPayload, Problem> {
        let asked = logged_in(ctx)?;
        match app(ctx).access.confirm_second_factor(&asked.scope, &input.code).await {
            Ok(recovery_codes) => Ok(ConfirmSecondFactorPayload {
                second_factor: second_factor(ctx).await?,
                recovery_codes: Some(recovery_codes),
                retry_after_seconds: None,
                user_errors: Vec::new(),
            }),
            Err(problem) => {
                let (user_errors, retry_after_seconds) = told(asked, problem, "code")?;
                Ok(ConfirmSecondFactorPayload {
                    second_factor: None,
                    recovery_codes: None,
                    retry_after_seconds,
                    user_errors,
                })
            }
        }
    }

    /// Ends your second factor, for the present password and a code. Your sessions in
    /// organizations that require one end. Needs a log-in.
    async fn end_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The present password and a code.")] input: EndSecondFactorInput,
    ) -> Result<EndSecondFactorPayload, Problem> {
        let asked = logged_in(ctx)?;
        let EndSecondFactorInput { current_password, code } = input;
        let (access, (caller, _)) = (&app(ctx).access, guest(ctx));
        let ended = access.end_second_factor(&asked.scope, &current_password, &code, &caller).await;
        let (is_ended, (user_errors, retry_after_seconds)) = match ended {
            Ok(()) => (true, (Vec::new(), None)),
            Err(problem) => (false, told(asked, problem, "code")?),
        };
        Ok(EndSecondFactorPayload { is_ended, retry_after_seconds, user_errors })
    }

    /// Gives you other recovery codes, for the present password and a code; those from before are
    /// good no more. Needs a log-in.
    async fn renew_recovery_codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The present password and a code.")] input: RenewRecoveryCodesInput,
    ) -> Result<RenewRecoveryCodesPayload, Problem> {
        let asked = logged_in(ctx)?;
        let RenewRecoveryCodesInput { current_password, code } = input;
        let (access, (caller, _)) = (&app(ctx).access, guest(ctx));
        let renewed = access.renew_recovery_codes(&asked.scope, &current_password, &code, &caller).await;
        let (recovery_codes, (user_errors, retry_after_seconds)) = match renewed {
            Ok(codes) => (Some(codes), (Vec::new(), None)),
            Err(problem) => (None, told(asked, problem, "code")?),
        };
        Ok(RenewRecoveryCodesPayload { recovery_codes, retry_after_seconds, user_errors })
    }
}
