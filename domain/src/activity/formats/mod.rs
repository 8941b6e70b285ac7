//! Files that chat apps export, read as rows of the interchange format.

mod detect;
mod local;
mod skip;
pub mod telegram;
pub mod whatsapp;

use std::io;

use thiserror::Error;

pub use detect::{Format, detect};
pub use skip::{Skip, Skipped};

/// Why a file could not be read to its end. Rows told before it stand.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The file could not be read.
    #[error("the file could not be read")]
    Io(#[source] io::Error),
    /// The file is not JSON, or breaks off.
    #[error("the file is not valid JSON at line {line}, column {column}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The JSON is not the export of one chat.
    #[error("the file is not the export of one chat: it has no list of messages")]
    NoMessages,
    /// No line of the text looks like a message.
    #[error("no line of the file looks like a message of a chat export")]
    NoLayout,
}
