//! Row ↔ model.

use qun_domain::activity::{End, Kind, Spell};
use qun_domain::fault::Fault;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use crate::db::{column, timestamp, timestamp_or_none};

/// A stored kind.
pub(crate) fn kind(row: &QueryResult, index: usize) -> Result<Kind, Fault> {
    let code: String = column(row, index)?;
    code.parse().map_err(|_| Fault::new(format!("interaction.kind is unknown: {code}")))
}

/// A stored count.
pub(crate) fn count(row: &QueryResult, index: usize) -> Result<u32, Fault> {
    let count: i32 = column(row, index)?;
    u32::try_from(count).map_err(|error| Fault::from_error("a stored count is negative", error))
}

/// A count as it is stored; more than two thousand million hold at the type's end.
pub(crate) fn stored_count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The code of a stored content hash.
pub(super) fn content(row: &QueryResult, index: usize) -> Result<[u8; 16], Fault> {
    let bytes: Vec<u8> = column(row, index)?;
    bytes.try_into().map_err(|_| Fault::new("interaction.content has another length than 16"))
}

/// The columns of a spell, in the order of the table, from `joined_at` to `invited_by`.
pub(crate) fn spell(row: &QueryResult, first: usize) -> Result<Spell, Fault> {
    let ended_by: Option<String> = column(row, first + 2)?;
    let end = match ended_by.as_deref() {
        Some("REMOVED") => End::Removed,
        _ => End::Left,
    };
    let invited_by: Option<Uuid> = column(row, first + 6)?;
    Ok(Spell {
        joined_at: timestamp(row, first)?,
        ended_at: timestamp_or_none(row, first + 1)?.map(|at| (at, end)),
        began_at: timestamp(row, first + 3)?,
        join_observed: column(row, first + 4)?,
        began_observed: column(row, first + 5)?,
        invited_by: invited_by.map(Into::into),
    })
}
