use serde_json::json;

use super::super::{Course, CourseChanged, NewVersion, TrainingPort};
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::id::CourseId;
use crate::scope::Scope;

/// Publishes a further version of a course: its audience has the days of grace to go through it
/// (M10), also after an incident (M12). Versions are never changed.
#[derive(Clone, Debug)]
pub struct PublishCourseVersion {
    /// The course.
    pub course: CourseId,
    /// How many versions the publisher has seen: another one that came between is not passed over.
    pub after: u32,
    /// What it has.
    pub new: NewVersion,
}

/// Why no version was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishCourseVersionRefusal {
    /// There is no such course.
    NoSuchCourse,
    /// It was archived.
    Archived,
    /// It has another number of versions: somebody else was faster, or this was done.
    Outdated,
    /// There is neither a text nor a link.
    NoMaterial,
}

impl<Tx: TrainingPort> Command<Tx> for PublishCourseVersion {
    const NAME: &'static str = "team.publish_course_version";
    const CAPABILITY: Capability = Capability::ManageTraining;
    type Out = Course;
    type Refusal = PublishCourseVersionRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Course, PublishCourseVersionRefusal> {
        if self.new.material.is_none() && self.new.link.is_none() {
            return Err(Failure::Refused(PublishCourseVersionRefusal::NoMaterial));
        }
        let course = tx.course(self.course).await?.or_refuse(PublishCourseVersionRefusal::NoSuchCourse)?;
        if course.archived_at.is_some() {
            return Err(Failure::Refused(PublishCourseVersionRefusal::Archived));
        }
        if course.version != self.after {
            return Err(Failure::Refused(PublishCourseVersionRefusal::Outdated));
        }
        // The first version is what begins to withhold.
        if course.version == 0 && !course.withholds.is_empty() {
            tx.admit(Capability::ManageTeam, Scope::Organization)?;
        }

        let course = tx.publish_version(course, &self.new).await?;
        tx.audit(format!("course:{}", course.id), json!({ "version": course.version }));
        tx.emit(&CourseChanged::from(&course))?;
        Ok(course)
    }
}
