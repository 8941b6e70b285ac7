//! The catalog of scheduled work: what is due when. Truth is a table of jobs; a
//! ticking clock only looks here (DESIGN, "Time, jobs, events").

mod schedule;

pub use schedule::{Due, Schedule, UnknownSchedule, retry_after};
