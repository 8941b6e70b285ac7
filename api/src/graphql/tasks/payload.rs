use std::str::FromStr;

use async_graphql::SimpleObject;
use qun_domain::command::Outcome;
use qun_domain::tasks::{Note, Task};

use super::TaskObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled};
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Declares what comes of a mutation of one task.
macro_rules! payloads {
    ($($payload:ident = $came_of:literal, $null:literal;)+) => {$(
        #[doc = $came_of]
        #[derive(Default, SimpleObject)]
        pub(super) struct $payload {
            #[doc = $null]
            task: Option<TaskObject>,
            /// Why nothing was done; empty when it was.
            user_errors: Vec<UserError>,
        }

        impl From<Told> for $payload {
            fn from(Told { task, user_errors }: Told) -> Self {
                Self { task, user_errors }
            }
        }
    )+};
}

payloads! {
    CreateTaskPayload = "What came of giving a task.",
        "The new task; null when `userErrors` says why there is none.";
    SubmitTaskPayload = "What came of submitting a task.",
        "The task as it is now; null when `userErrors` says why it was not submitted.";
    ConfirmTaskPayload = "What came of confirming a task.",
        "The task as it is now; null when `userErrors` says why it was not confirmed.";
    VerifyTaskPayload = "What came of verifying a task.",
        "The task as it is now; null when `userErrors` says why it was not verified.";
    SendBackTaskPayload = "What came of sending a task back.",
        "The task as it is now; null when `userErrors` says why it was not sent back.";
    ReassignTaskPayload = "What came of reassigning a task.",
        "The task as it is now; null when `userErrors` says why it was not reassigned.";
    HandOverTaskPayload = "What came of handing a task over.",
        "The task as it is now; null when `userErrors` says why it was not handed over.";
    CancelTaskPayload = "What came of cancelling a task.",
        "The task as it is now; null when `userErrors` says why it was not cancelled.";
}

/// What came of a mutation of one task: what its payload holds.
#[derive(Default)]
pub(super) struct Told {
    task: Option<TaskObject>,
    user_errors: Vec<UserError>,
}

impl Told {
    /// Nothing was done.
    pub(super) fn refused(user_error: UserError) -> Self {
        Self { user_errors: vec![user_error], ..Self::default() }
    }

    /// The outcome of a command; `tell` says which code a refusal has, and at which field of the
    /// input.
    pub(super) async fn of<R>(
        asked: &Asked,
        outcome: Outcome<Task, R>,
        tell: impl FnOnce(R) -> (Code, &'static str),
    ) -> Result<Self, Problem> {
        let tell = |refusal| {
            let (code, field) = tell(refusal);
            vec![at(asked, code, field)]
        };
        match settled(outcome, tell)? {
            Ok(task) => Ok(Self { task: asked.task(task.id).await?, ..Self::default() }),
            Err(user_errors) => Ok(Self { user_errors, ..Self::default() }),
        }
    }
}

/// An error at a field of the input.
pub(super) fn at(asked: &Asked, code: Code, field: &str) -> UserError {
    asked.refusal(code, &["input", field])
}

/// A text that may be left out; a blank one is none.
pub(super) fn optional<T: FromStr>(text: Option<&str>) -> Result<Option<T>, T::Err> {
    text.filter(|text| !text.trim().is_empty()).map(str::parse).transpose()
}

/// Words that may be left out.
pub(super) fn note(asked: &Asked, text: Option<&str>) -> Result<Option<Note>, UserError> {
    optional(text).map_err(|_| at(asked, Code::InvalidText, "note"))
}

/// Words that have to be given.
pub(super) fn reason(asked: &Asked, text: &str) -> Result<Note, UserError> {
    text.parse().map_err(|_| at(asked, Code::InvalidReason, "reason"))
}
