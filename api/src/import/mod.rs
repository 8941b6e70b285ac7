//! Files of any of the known formats, as rows.

mod reader;

pub use reader::{Incoming, ReadOutcome, Source, read};
