use async_graphql::Enum;
use qun_domain::tasks as domain;

/// What a task is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::TaskKind")]
pub(in crate::graphql) enum TaskKind {
    /// Whatever somebody asked of somebody.
    General,
    /// A promotion of a member or of staff.
    Promotion,
    /// A proposal that waits for a decision.
    Proposal,
    /// A training to be gone through.
    Training,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::TaskState")]
pub(in crate::graphql) enum TaskState {
    /// Its assignee is to do it.
    Open,
    /// It was done. That is the end of it, unless it needs verification.
    Done,
    /// Somebody else found it done.
    Verified,
    /// It is not to be done any more.
    Cancelled,
}

/// What has to come with the word that a task is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ProofKind")]
pub(super) enum TaskProofKind {
    /// Nothing: the word is enough.
    None,
    /// A text.
    Text,
    /// The SHA-256 of an image, which stays with the client.
    Screenshot,
    /// A reference that a machine gives: an API has seen it done.
    Confirmation,
}

/// What a step of a task's history did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::StepKind")]
pub(super) enum TaskStepKind {
    /// The task was given for the first time.
    Created,
    /// Its assignee, or a machine, said that it is done, with the proof.
    Submitted,
    /// What it was for was seen to be done, by Qun itself.
    Fulfilled,
    /// Somebody else found it done.
    Verified,
    /// Somebody found it not done.
    SentBack,
    /// It was given to somebody else, or until another time.
    Reassigned,
    /// Its assignee gave it to the backup.
    HandedOver,
    /// It was overdue, and went to the backup or to the next rank.
    Escalated,
    /// It was overdue, and nobody was left to whom it could go.
    NobodyAbove,
    /// It is not to be done any more.
    Cancelled,
}
