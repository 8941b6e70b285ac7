use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Proof, ProofKind};
use crate::codes::coded;
use crate::id::{AccountId, ProposalId, TaskId};
use crate::scope::Scope;
use crate::text::{Line, Prose};
use crate::time::Timestamp;

/// The title of a task.
pub type Title = Line<200>;

/// What was prepared for who does a task: instructions, or a text to be pasted.
pub type Content = Prose<10_000>;

/// Why something was done to a task.
pub type Note = Prose<500>;

coded! {
    /// What a task is for: the context that asked for it says so. Contexts add theirs.
    pub enum TaskKind {
        /// Whatever somebody asked of somebody.
        General = "GENERAL",
        /// A promotion of a member or of staff.
        Promotion = "PROMOTION",
        /// A proposal that waits for a decision.
        Proposal = "PROPOSAL",
        /// A training to be gone through.
        Training = "TRAINING",
    }
}

coded! {
    /// How far a task is.
    pub enum TaskState {
        /// Its assignee is to do it.
        Open = "OPEN",
        /// It was done. That is the end of it, unless it is to be verified.
        Done = "DONE",
        /// Somebody else found it done.
        Verified = "VERIFIED",
        /// It is not to be done any more.
        Cancelled = "CANCELLED",
    }
}

coded! {
    /// What a step of the history did.
    pub enum StepKind {
        /// The task was given for the first time.
        Created = "CREATED",
        /// Its assignee, or a machine, said that it is done, with the proof.
        Submitted = "SUBMITTED",
        /// What it was for was seen to be done.
        Fulfilled = "FULFILLED",
        /// Somebody else found it done.
        Verified = "VERIFIED",
        /// Somebody found it not done.
        SentBack = "SENT_BACK",
        /// It was given to somebody else, or until another time.
        Reassigned = "REASSIGNED",
        /// Its assignee gave it to the backup.
        HandedOver = "HANDED_OVER",
        /// It was overdue, and went to the backup or to the next rank.
        Escalated = "ESCALATED",
        /// It was overdue, and nobody was left to whom it could go.
        NobodyAbove = "NOBODY_ABOVE",
        /// It is not to be done any more.
        Cancelled = "CANCELLED",
    }
}

/// What a task is about: `kind:id`, such as `proposal:0197…`. At most [`Subject::MAX_CHARS`]
/// characters; the kind of lower-case letters and underscores, the id of visible ASCII.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(String);

/// A text that can be no subject.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a subject is kind:id, of at most 200 characters")]
pub struct BadSubject;

impl Subject {
    /// The longest, in characters.
    pub const MAX_CHARS: usize = 200;

    /// That of a proposal.
    pub fn of_proposal(id: ProposalId) -> Self {
        Self(format!("proposal:{id}"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Subject {
    type Err = BadSubject;

    fn from_str(text: &str) -> Result<Self, BadSubject> {
        let (kind, id) = text.split_once(':').ok_or(BadSubject)?;
        let is_good = text.len() <= Self::MAX_CHARS
            && !kind.is_empty()
            && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            && !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_graphic());
        is_good.then(|| Self(text.to_owned())).ok_or(BadSubject)
    }
}

/// A task that is to be given.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// Where it is to be done: whose policy holds for it, and who stands above its assignee.
    pub place: Scope,
    /// What it is for.
    pub kind: TaskKind,
    /// What is to be done, in a line.
    pub title: Title,
    /// What was prepared for it.
    pub body: Option<Content>,
    /// A text to be pasted as it is.
    pub copy_text: Option<Content>,
    /// What it is about. While a task of this kind and subject that was given to the same account
    /// is not over, there is no second one.
    pub subject: Option<Subject>,
    /// Who is to do it: an account of the organization.
    pub assignee: AccountId,
    /// Who is to do it when the assignee does not: another account of the organization.
    pub backup: Option<AccountId>,
    /// Until when.
    pub due_at: Timestamp,
    /// What has to come with the word that it is done.
    pub proof: ProofKind,
    /// Whether somebody else has to find it done.
    pub needs_verification: bool,
}

/// A human task (Z9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Where it is to be done.
    pub place: Scope,
    /// What it is for.
    pub kind: TaskKind,
    /// What is to be done, in a line.
    pub title: String,
    /// What was prepared for it.
    pub body: Option<String>,
    /// A text to be pasted as it is.
    pub copy_text: Option<String>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// Whom it was given to at first; never changes.
    pub given_to: AccountId,
    /// Who is to do it now, or did it, or was to do it when it was cancelled.
    pub assignee: AccountId,
    /// To whom it goes first when it is overdue; none once it has gone there.
    pub backup: Option<AccountId>,
    /// Until when.
    pub due_at: Timestamp,
    /// What has to come with the word that it is done.
    pub proof: ProofKind,
    /// Whether somebody else has to find it done.
    pub needs_verification: bool,
    /// How far it is.
    pub state: TaskState,
    /// How often it went further since somebody last gave it.
    pub level: u32,
    /// When it goes further, if it is still open; none when it is not, or nobody is left.
    pub escalates_at: Option<Timestamp>,
    /// Who gave it, as in the audit log.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was done, the last time; none while it is open.
    pub done_at: Option<Timestamp>,
    /// The account that did it; none while it is open, and when a machine said so.
    pub done_by: Option<AccountId>,
    /// What came with the word that it is done.
    pub given: Option<Proof>,
    /// How often it was sent back.
    pub sent_back: u32,
    /// When it was over; none while something is to be done about it.
    pub ended_at: Option<Timestamp>,
    /// How many steps its history has.
    pub steps: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_kind_and_id() {
        for good in ["proposal:0197", "course:first-aid", "tier_pin:a:b"] {
            assert_eq!(good.parse::<Subject>().map(|subject| subject.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "proposal",
            ":1",
            "proposal:",
            "Proposal:1",
            "a:b c",
            "a:群",
            &format!("a:{}", "x".repeat(199)),
        ] {
            assert_eq!(bad.parse::<Subject>(), Err(BadSubject), "{bad}");
        }
    }
}
