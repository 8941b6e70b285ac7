//! Interactions and what is rolled up from them.

mod ingest;
mod keys;
mod map;
mod metrics;
mod purse;
mod read;
mod recount;
mod rollups;
mod roster;
mod rows;
mod upkeep;

pub use ingest::{Ingest, IngestProblem, IngestSettings, Totals};
pub(crate) use map::{count, spell};
pub use metrics::{count_rows, describe_metrics};
pub use purse::{Purse, Spent};
pub use read::*;
pub(crate) use recount::recount;
