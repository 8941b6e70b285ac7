//! Weekly tiering: gathering the facts of a week, keeping what came of them.

mod contribution;
mod counted;
mod dry_run;
mod gather;
mod members;
mod observed;
mod pages;
mod pins;
mod previous;
mod read;
mod record;
mod run;
mod scope;
mod summary;
mod window;
mod write;

pub use dry_run::{DryWeek, dry_run};
pub use pages::*;
pub use pins::{PinRow, pins_by_id, pins_of};
pub(crate) use read::every_scope_in;
pub use read::*;
pub use run::{RunProblem, WeekRun, evaluate_weeks, evaluate_weeks_once, pending_weeks};
pub use summary::ScoreSummary;
