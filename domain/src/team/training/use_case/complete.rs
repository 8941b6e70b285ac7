use serde_json::json;

use super::super::super::MembersPort;
use super::super::port::UNMADE;
use super::super::{Completion, CompletionKind, TrainingCompleted, TrainingPort, training_subject};
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::fault::Fault;
use crate::id::{AccountId, CourseId};
use crate::tasks::{TasksPort, close_tasks_of};
use crate::time::Timestamp;

/// Says of oneself that one has gone through a version of a course.
#[derive(Clone, Copy, Debug)]
pub struct ConfirmTraining {
    /// The course.
    pub course: CourseId,
    /// The version that was gone through: only the newest can be.
    pub version: u32,
}

/// Why nothing was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmTrainingRefusal {
    /// There is no such course, or it has no version.
    NoSuchCourse,
    /// It was archived.
    Archived,
    /// There is a newer version.
    Outdated,
    /// A machine goes through nothing.
    NotAPerson,
}

impl<Tx: TrainingPort + MembersPort + TasksPort> Command<Tx> for ConfirmTraining {
    const NAME: &'static str = "team.confirm_training";
    const CAPABILITY: Capability = Capability::WorkOnTasks;
    type Out = Completion;
    type Refusal = ConfirmTrainingRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Completion, ConfirmTrainingRefusal> {
        let account = tx.acting().or_refuse(ConfirmTrainingRefusal::NotAPerson)?;
        let course = tx.course(self.course).await?.or_refuse(ConfirmTrainingRefusal::NoSuchCourse)?;
        if course.archived_at.is_some() {
            return Err(Failure::Refused(ConfirmTrainingRefusal::Archived));
        }
        if course.version == 0 {
            return Err(Failure::Refused(ConfirmTrainingRefusal::NoSuchCourse));
        }
        if course.version != self.version {
            return Err(Failure::Refused(ConfirmTrainingRefusal::Outdated));
        }
        tx.member(account).await?.or_refuse(ConfirmTrainingRefusal::NotAPerson)?;

        let done = Completion {
            id: UNMADE,
            account,
            course: course.id,
            version: course.version,
            kind: CompletionKind::SelfConfirmed,
            score: None,
            examined_by: None,
            at: tx.now(),
        };
        Ok(keep(tx, done).await?)
    }
}

/// How somebody else is seen to have gone through a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionOfOther {
    /// By an examination.
    Examined,
    /// By a drill.
    Drill,
}

/// Records that somebody else has gone through a course: who records it has examined him, or led
/// the drill. Nobody examines himself.
#[derive(Clone, Copy, Debug)]
pub struct RecordCompletion {
    /// Who has gone through it.
    pub account: AccountId,
    /// The course, in the version that was the newest then.
    pub course: CourseId,
    /// How that was seen.
    pub kind: CompletionOfOther,
    /// How well, 0 to 100.
    pub score: Option<u8>,
    /// When; now if it is not said.
    pub at: Option<Timestamp>,
}

/// Why no completion was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordCompletionRefusal {
    /// There is no such member, or it has left.
    NoSuchMember,
    /// There is no such course.
    NoSuchCourse,
    /// It was archived.
    Archived,
    /// Nobody examines himself.
    OwnCase,
    /// The score is above 100.
    BadScore,
    /// The time lies ahead, or before the course had a version.
    BadTime,
}

impl<Tx: TrainingPort + MembersPort + TasksPort> Command<Tx> for RecordCompletion {
    const NAME: &'static str = "team.record_completion";
    const CAPABILITY: Capability = Capability::ManageTraining;
    type Out = Completion;
    type Refusal = RecordCompletionRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Completion, RecordCompletionRefusal> {
        if tx.acting() == Some(self.account) {
            return Err(Failure::Refused(RecordCompletionRefusal::OwnCase));
        }
        if self.score.is_some_and(|score| score > 100) {
            return Err(Failure::Refused(RecordCompletionRefusal::BadScore));
        }
        let course = tx.course(self.course).await?.or_refuse(RecordCompletionRefusal::NoSuchCourse)?;
        if course.archived_at.is_some() {
            return Err(Failure::Refused(RecordCompletionRefusal::Archived));
        }
        tx.present(self.account).await?.or_refuse(RecordCompletionRefusal::NoSuchMember)?;
        let at = self.at.unwrap_or(tx.now());
        if at > tx.now() {
            return Err(Failure::Refused(RecordCompletionRefusal::BadTime));
        }
        let version = tx.version_at(course.id, at).await?.or_refuse(RecordCompletionRefusal::BadTime)?;

        let done = Completion {
            id: UNMADE,
            account: self.account,
            course: course.id,
            version,
            kind: match self.kind {
                CompletionOfOther::Examined => CompletionKind::Examined,
                CompletionOfOther::Drill => CompletionKind::Drill,
            },
            score: self.score,
            examined_by: tx.acting(),
            at,
        };
        Ok(keep(tx, done).await?)
    }
}

/// Writes a completion, and closes what was open because it was missing.
async fn keep(tx: &mut (impl TrainingPort + TasksPort), done: Completion) -> Result<Completion, Fault> {
    let (done, is_new) = tx.add_completion(done).await?;
    if !is_new {
        return Ok(done);
    }
    let subject = training_subject(done.course, done.account);
    let subject = subject.map_err(|error| Fault::from_error("the subject of a training", error))?;
    let closed = close_tasks_of(tx, &subject, Some(done.account), None).await?;
    tx.settle_reminders(done.course, done.account).await?;
    tx.audit(
        format!("account:{}", done.account),
        json!({ "completion": done.id, "course": done.course, "version": done.version, "how": done.kind,
                "score": done.score, "at": done.at, "tasksClosed": closed }),
    );
    tx.emit(&TrainingCompleted::from(&done))?;
    Ok(done)
}
