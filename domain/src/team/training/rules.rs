//! Where somebody stands in a course: pure, from what is required, what was done, and an instant.

use super::super::Held;
use super::{Course, Training, TrainingStatus};
use crate::policy::TrainingPolicy;
use crate::time::Timestamp;

/// The last completion of a course by somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// When.
    pub at: Timestamp,
    /// When the version after the completed one was published; none where it is the newest.
    pub superseded_at: Option<Timestamp>,
}

/// A course that is required of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Since when: see [`required_since`].
    pub since: Timestamp,
    /// The last completion; none where there was none.
    pub done: Option<Done>,
}

/// Since when a course is required of who holds these assignments: since it has a version, and one
/// of them, in its rank, belongs to its audience. None where it is not required.
pub fn required_since(course: &Course, assignments: &[Held]) -> Option<Timestamp> {
    let published = course.first_published_at.filter(|_| course.is_running())?;
    let held = assignments.iter().filter(|held| course.audience.has(held.position()));
    held.map(|held| held.ranked_at).min().map(|since| since.max(published))
}

/// Where somebody stands in a course (M10 to M12): `lasts` is for how long a completion counts, in
/// milliseconds, see [`super::CourseKind::lasts`].
///
/// A completion counts until the next version is older than the policy's days of grace, or until
/// its own time has passed, whichever comes first. Who never did it has the days of grace.
pub fn training(duty: Duty, lasts: Option<i64>, policy: &TrainingPolicy, now: Timestamp) -> Training {
    let grace = policy.grace();
    let Some(done) = duty.done else {
        let due_at = duty.since.plus_millis(grace);
        let is_late = now >= due_at;
        return Training {
            status: if is_late { TrainingStatus::Overdue } else { TrainingStatus::Due },
            since: if is_late { due_at } else { duty.since },
            due_at: Some(due_at),
            counts: false,
        };
    };
    let outdated_at = done.superseded_at.map(|at| at.plus_millis(grace));
    let aged_at = lasts.map(|lasts| done.at.plus_millis(lasts));
    let until = [outdated_at, aged_at].into_iter().flatten().min();
    let (status, since) = match (until, done.superseded_at) {
        (Some(until), _) if now >= until => (TrainingStatus::Expired, until),
        (_, Some(superseded_at)) => (TrainingStatus::Due, superseded_at),
        (_, None) => (TrainingStatus::Done, done.at),
    };
    Training { status, since, due_at: until, counts: status != TrainingStatus::Expired }
}
