use serde::Serialize;

use super::{Completion, Course};
use crate::event::DomainEvent;
use crate::id::{AccountId, CourseId};

/// A course was created, has another version, or was archived: what it is afterwards.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CourseChanged {
    /// The course.
    pub course: CourseId,
    /// How many versions it has.
    pub version: u32,
    /// Whether it goes on.
    pub is_archived: bool,
}

impl From<&Course> for CourseChanged {
    fn from(course: &Course) -> Self {
        Self { course: course.id, version: course.version, is_archived: course.archived_at.is_some() }
    }
}

impl DomainEvent for CourseChanged {
    fn name(&self) -> &'static str {
        "team.course_changed"
    }

    fn aggregate(&self) -> String {
        format!("course:{}", self.course)
    }
}

/// Somebody went through a course.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrainingCompleted {
    /// Who.
    pub account: AccountId,
    /// Which course.
    pub course: CourseId,
    /// Which version of it.
    pub version: u32,
}

impl From<&Completion> for TrainingCompleted {
    fn from(done: &Completion) -> Self {
        Self { account: done.account, course: done.course, version: done.version }
    }
}

impl DomainEvent for TrainingCompleted {
    fn name(&self) -> &'static str {
        "team.training_completed"
    }

    fn aggregate(&self) -> String {
        format!("account:{}", self.account)
    }
}
