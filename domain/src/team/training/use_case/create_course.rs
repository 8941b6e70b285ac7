use serde_json::json;

use super::super::{Course, CourseChanged, NewCourse, TrainingPort};
use crate::access::Capability;
use crate::command::{Command, Failure, Outcome};
use crate::scope::Scope;

/// Creates a course (M10 to M12, K14). Nobody has to do it before it has a version.
///
/// One that withholds capabilities takes power from people, so it asks for what suspends them too.
#[derive(Clone, Debug)]
pub struct CreateCourse(pub NewCourse);

/// Why no course was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateCourseRefusal {
    /// Nobody could go through a course without what it would withhold.
    CannotBeWithheld,
}

impl<Tx: TrainingPort> Command<Tx> for CreateCourse {
    const NAME: &'static str = "team.create_course";
    const CAPABILITY: Capability = Capability::ManageTraining;
    type Out = Course;
    type Refusal = CreateCourseRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Course, CreateCourseRefusal> {
        let Self(mut new) = self;
        once_each(&mut new.withholds);
        once_each(&mut new.audience.roles);
        once_each(&mut new.audience.ranks);
        if !new.withholds.iter().all(|capability| capability.can_be_withheld()) {
            return Err(Failure::Refused(CreateCourseRefusal::CannotBeWithheld));
        }
        if !new.withholds.is_empty() {
            tx.admit(Capability::ManageTeam, Scope::Organization)?;
        }

        let course = tx.add_course(&new).await?;
        tx.audit(
            format!("course:{}", course.id),
            json!({ "title": course.title, "kind": course.kind, "audience": course.audience,
                    "withholds": course.withholds }),
        );
        tx.emit(&CourseChanged::from(&course))?;
        Ok(course)
    }
}

fn once_each<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}
