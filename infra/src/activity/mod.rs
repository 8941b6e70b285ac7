//! Interactions and what is rolled up from them.

mod map;
mod read;
mod rollups;
mod roster;
mod rows;

pub(crate) use map::{kind, timestamp};
pub use read::*;
