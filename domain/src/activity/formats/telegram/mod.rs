//! The JSON export of Telegram Desktop (`result.json`, one chat).
//!
//! Row ids are `chat/message`, with a suffix where one message gives several
//! rows, so that the same or a longer export gives the same rows again.

mod message;
mod stream;

use std::io::Read;
use std::ops::ControlFlow;

use chrono_tz::Tz;
use serde_json::Value;

use super::{ExportError, Skipped};
use crate::activity::{Row, RowError};
use crate::time::Timestamp;

/// What the rows of a file need beside the file.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Zone of the computer that made the export; only needed where the export
    /// is so old that its messages carry local times alone.
    pub zone: Tz,
    /// The clock's time.
    pub now: Timestamp,
}

/// Reads an export and hands each row, with the number of its message from 1,
/// to `each`; only one message is held in memory at a time. Stops when `each`
/// says so.
///
/// Members whom a service message names without an id get their name as id.
///
/// # Errors
/// [`ExportError`] when the file is no such export or breaks off; rows handed
/// over before stand.
pub fn read(
    input: impl Read,
    reading: Reading,
    mut each: impl FnMut(u64, Result<Row, RowError>) -> ControlFlow<()>,
) -> Result<Skipped, ExportError> {
    let mut skipped = Skipped::default();
    let mut number = 0;
    stream::messages(input, |chat, message: Value| {
        number += 1;
        let Ok(rows) = message::rows(chat, &message, reading.zone).map_err(|why| skipped.add(why)) else {
            return ControlFlow::Continue(());
        };
        rows.into_iter().try_for_each(|row| each(number, row.admitted(reading.now)))
    })?;
    Ok(skipped)
}

#[cfg(test)]
mod tests;
