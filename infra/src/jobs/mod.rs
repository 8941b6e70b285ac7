//! Scheduled work: planned into a table, claimed with a lease, run outside of it.
//!
//! Three servers run this side by side; the table decides who does what. The cron
//! library only ticks (`ticker.rs`).

mod backlog;
mod runner;
mod table;
mod ticker;
mod work;

pub use backlog::describe_metrics;
pub use runner::{Jobs, Ran};
pub use table::{JobRow, JobState};
pub use ticker::start;
