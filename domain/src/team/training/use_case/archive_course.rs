use serde_json::json;

use super::super::{Course, CourseChanged, TrainingPort};
use crate::access::Capability;
use crate::command::{Command, OrRefuse, Outcome};
use crate::id::CourseId;

/// Ends a course: nobody has to do it any more, and it withholds nothing. What was done stays; tasks
/// about it are closed by the next run of the reminders.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveCourse {
    /// The course.
    pub course: CourseId,
}

/// Why a course goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveCourseRefusal {
    /// There is no such course.
    NoSuchCourse,
}

impl<Tx: TrainingPort> Command<Tx> for ArchiveCourse {
    const NAME: &'static str = "team.archive_course";
    const CAPABILITY: Capability = Capability::ManageTraining;
    type Out = Course;
    type Refusal = ArchiveCourseRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Course, ArchiveCourseRefusal> {
        let course = tx.course(self.course).await?.or_refuse(ArchiveCourseRefusal::NoSuchCourse)?;
        if course.archived_at.is_some() {
            return Ok(course);
        }

        let course = tx.archive_course(course).await?;
        tx.audit(format!("course:{}", course.id), json!({ "archivedAt": course.archived_at }));
        tx.emit(&CourseChanged::from(&course))?;
        Ok(course)
    }
}
