use std::future::Future;

use super::{Completion, Course, Duty, NewCourse, NewVersion};
use crate::access::AuditPort;
use crate::fault::Fault;
use crate::id::{AccountId, CompletionId, CourseId};
use crate::policy::TrainingPolicy;
use crate::time::Timestamp;

/// Courses and who has done them.
pub trait TrainingPort: AuditPort {
    /// The numbers that hold for training.
    fn training_policy(&mut self) -> impl Future<Output = Result<TrainingPolicy, Fault>> + Send;

    /// A course, held until the commit.
    fn course(&mut self, id: CourseId) -> impl Future<Output = Result<Option<Course>, Fault>> + Send;

    /// Adds a course, whose id is made here.
    fn add_course(&mut self, new: &NewCourse) -> impl Future<Output = Result<Course, Fault>> + Send;

    /// Publishes a further version of a course that is held.
    fn publish_version(
        &mut self,
        course: Course,
        new: &NewVersion,
    ) -> impl Future<Output = Result<Course, Fault>> + Send;

    /// Archives a course that is held.
    fn archive_course(&mut self, course: Course) -> impl Future<Output = Result<Course, Fault>> + Send;

    /// The version of a course that was the newest at an instant; none where there was none yet.
    fn version_at(
        &mut self,
        course: CourseId,
        at: Timestamp,
    ) -> impl Future<Output = Result<Option<u32>, Fault>> + Send;

    /// Writes a completion, under a new id, unless the same one is there: the one that is, and
    /// whether it is new.
    fn add_completion(
        &mut self,
        done: Completion,
    ) -> impl Future<Output = Result<(Completion, bool), Fault>> + Send;

    /// What is required of an account in a course that is held; none where the account is no active
    /// member, or it is not required.
    fn duty(
        &mut self,
        course: &Course,
        account: AccountId,
    ) -> impl Future<Output = Result<Option<Duty>, Fault>> + Send;

    /// Notes that somebody is reminded of a training that was due by then; `false` where that is
    /// noted already, and not settled since.
    fn note_reminder(
        &mut self,
        course: CourseId,
        account: AccountId,
        due_at: Timestamp,
    ) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Notes that reminders of a training are settled; how many there were.
    fn settle_reminders(
        &mut self,
        course: CourseId,
        account: AccountId,
    ) -> impl Future<Output = Result<u64, Fault>> + Send;
}

/// An id that the port makes.
pub(super) const UNMADE: CompletionId = CompletionId(uuid::Uuid::nil());
