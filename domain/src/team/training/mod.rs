//! Courses, who has done them, and what is withheld until they are done (M10 to M12, K14).

mod event;
mod model;
mod port;
mod rules;
#[cfg(test)]
mod rules_tests;
mod use_case;

pub use event::{CourseChanged, TrainingCompleted};
pub use model::*;
pub use port::TrainingPort;
pub use rules::{Done, Duty, required_since, training};
pub use use_case::*;
