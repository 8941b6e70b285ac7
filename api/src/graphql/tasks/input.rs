use async_graphql::{ID, InputObject};

use super::codes::{TaskKind, TaskProofKind};
use crate::graphql::scalars::DateTime;

/// A task that is to be given.
#[derive(InputObject)]
pub(super) struct CreateTaskInput {
    /// The global id of the group, community or organization where it is to be done; the
    /// organization when left out.
    pub(super) place: Option<ID>,
    /// What it is for.
    #[graphql(default_with = "TaskKind::General")]
    pub(super) kind: TaskKind,
    /// What is to be done, in a line: 1 to 200 characters.
    pub(super) title: String,
    /// What was prepared for it: at most 10,000 characters.
    pub(super) body: Option<String>,
    /// A text to be pasted as it is: at most 10,000 characters.
    pub(super) copy_text: Option<String>,
    /// What it is about: `kind:id`, at most 200 characters. While a task of the same kind and
    /// subject that was given to the same account is not over, there is no second one.
    pub(super) subject: Option<String>,
    /// The global id of the account that is to do it.
    pub(super) assignee: ID,
    /// The global id of another account, to which it goes when the assignee does not do it.
    pub(super) backup: Option<ID>,
    /// Until when: in the future, at most a year ahead.
    pub(super) due_at: DateTime,
    /// What has to come with the word that it is done.
    #[graphql(default_with = "TaskProofKind::None")]
    pub(super) proof: TaskProofKind,
    /// Whether somebody else has to find it done.
    #[graphql(default)]
    pub(super) needs_verification: bool,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A task of one's own that is done. At most one proof is given: that which the task asks for.
#[derive(InputObject)]
pub(super) struct SubmitTaskInput {
    /// The global id of the task.
    pub(super) task: ID,
    /// The proof TEXT: 1 to 10,000 characters.
    pub(super) text: Option<String>,
    /// The proof SCREENSHOT: the SHA-256 of the image, 64 hexadecimal digits. The image stays
    /// with you.
    pub(super) screenshot_sha256: Option<String>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A task that a machine has seen done.
#[derive(InputObject)]
pub(super) struct ConfirmTaskInput {
    /// The global id of the task, which asks for the proof CONFIRMATION.
    pub(super) task: ID,
    /// What the machine calls what it has seen: 1 to 200 characters.
    pub(super) reference: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A task that somebody else has done.
#[derive(InputObject)]
pub(super) struct VerifyTaskInput {
    /// The global id of the task.
    pub(super) task: ID,
    /// What is to be said about it: at most 500 characters.
    pub(super) note: Option<String>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A task that was submitted and is not done.
#[derive(InputObject)]
pub(super) struct SendBackTaskInput {
    /// The global id of the task.
    pub(super) task: ID,
    /// What is missing: 1 to 500 characters.
    pub(super) reason: String,
    /// Until when from now on: in the future, at most a year ahead; as before when left out.
    pub(super) due_at: Option<DateTime>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A task that somebody else is to do, or until another time.
#[derive(InputObject)]
pub(super) struct ReassignTaskInput {
    /// The global id of the task.
    pub(super) task: ID,
    /// The global id of the account that is to do it from now on.
    pub(super) assignee: ID,
    /// The global id of another account that stands in from now on; nobody does when left out.
    pub(super) backup: Option<ID>,
    /// Until when from now on: in the future, at most a year ahead; as before when left out.
    pub(super) due_at: Option<DateTime>,
    /// Why: at most 500 characters.
    pub(super) note: Option<String>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A task of one's own that its backup is to do.
#[derive(InputObject)]
pub(super) struct HandOverTaskInput {
    /// The global id of the task.
    pub(super) task: ID,
    /// Why: at most 500 characters.
    pub(super) note: Option<String>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A task that is not to be done any more.
#[derive(InputObject)]
pub(super) struct CancelTaskInput {
    /// The global id of the task.
    pub(super) task: ID,
    /// Why: 1 to 500 characters.
    pub(super) reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}
