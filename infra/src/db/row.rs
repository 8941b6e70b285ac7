//! Columns of rows of raw statements.

use qun_domain::fault::Fault;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sqlx::{Decode, Postgres, Row, Sqlite, Type};

/// What a column may hold on both databases.
pub(crate) trait Stored<'r>:
    Decode<'r, Postgres> + Type<Postgres> + Decode<'r, Sqlite> + Type<Sqlite>
{
}

impl<'r, T> Stored<'r> for T where T: Decode<'r, Postgres> + Type<Postgres> + Decode<'r, Sqlite> + Type<Sqlite> {}

/// Reads column `index`.
///
/// Not by way of SeaORM, which writes a sentence about each null before it is taken for one, and lends
/// no text.
pub(crate) fn column<'r, T: Stored<'r>>(row: &'r QueryResult, index: usize) -> Result<T, Fault> {
    let value = match (row.try_as_pg_row(), row.try_as_sqlite_row()) {
        (Some(row), _) => row.try_get(index),
        (None, Some(row)) => row.try_get(index),
        (None, None) => return Err(Fault::new("a row of an unknown database")),
    };
    value.map_err(|error| Fault::from_error("reading a column", error))
}

/// Column `index` as a time.
pub(crate) fn timestamp(row: &QueryResult, index: usize) -> Result<Timestamp, Fault> {
    timestamp_or_none(row, index)?.ok_or_else(|| Fault::new("a stored time is null"))
}

/// Column `index` as a time, or null.
pub(crate) fn timestamp_or_none(row: &QueryResult, index: usize) -> Result<Option<Timestamp>, Fault> {
    let millis: Option<i64> = column(row, index)?;
    let in_range = |millis| {
        Timestamp::from_millis(millis)
            .ok_or_else(|| Fault::new(format!("a stored time is out of range: {millis}")))
    };
    millis.map(in_range).transpose()
}
