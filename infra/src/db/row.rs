//! Columns of rows of raw statements.

use chrono::NaiveDate;
use qun_domain::fault::Fault;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;
use sea_orm::sqlx::error::UnexpectedNullError;
use sea_orm::sqlx::{ColumnIndex, Decode, Error, Postgres, Row, Sqlite, Type, ValueRef};

/// What a column may hold on both databases.
pub(crate) trait Stored<'r>:
    Decode<'r, Postgres> + Type<Postgres> + Decode<'r, Sqlite> + Type<Sqlite>
{
    /// Whether it may be null.
    const OPTIONAL: bool = false;
}

macro_rules! stored {
    ($($type:ty),+) => { $(impl<'r> Stored<'r> for $type {})+ };
}

stored!(bool, i16, i32, i64, f64, String, &'r str, Vec<u8>, Uuid, NaiveDate);

impl<'r, T> Stored<'r> for Option<T>
where
    T: Stored<'r>,
{
    const OPTIONAL: bool = true;
}

/// Reads column `index`.
///
/// Not by way of SeaORM, which writes a sentence about each null before it is taken for one, and lends
/// no text.
pub(crate) fn column<'r, T: Stored<'r>>(row: &'r QueryResult, index: usize) -> Result<T, Fault> {
    let read = match (row.try_as_pg_row(), row.try_as_sqlite_row()) {
        (Some(row), _) => of(row, index),
        (None, Some(row)) => of(row, index),
        (None, None) => return Err(Fault::new("a row of an unknown database")),
    };
    read.map_err(|error| Fault::from_error("reading a column", error))
}

fn of<'r, R, T>(row: &'r R, index: usize) -> Result<T, Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    T: Stored<'r> + Decode<'r, R::Database> + Type<R::Database>,
{
    // SQLite gives zero for a null that is read as a number.
    if !T::OPTIONAL && row.try_get_raw(index)?.is_null() {
        return Err(Error::ColumnDecode { index: index.to_string(), source: Box::new(UnexpectedNullError) });
    }
    row.try_get(index)
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

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, Database, Statement};

    use super::*;

    #[tokio::test]
    async fn a_null_is_no_zero() {
        let db = Database::connect("sqlite::memory:").await.expect("a database");
        let backend = db.get_database_backend();
        let rows = db.query_all_raw(Statement::from_string(backend, "SELECT NULL, 7, 'x'")).await;
        let row = rows.expect("an answer").pop().expect("a row");
        assert!(column::<i64>(&row, 0).is_err() && column::<&str>(&row, 0).is_err());
        assert!(column::<bool>(&row, 0).is_err() && column::<f64>(&row, 0).is_err());
        assert_eq!(column::<Option<i64>>(&row, 0).ok(), Some(None));
        assert_eq!(column::<Option<&str>>(&row, 0).ok(), Some(None));
        assert_eq!(column::<i64>(&row, 1).ok(), Some(7));
        assert_eq!(column::<Option<&str>>(&row, 2).ok(), Some(Some("x")));
        assert!(column::<i64>(&row, 2).is_err() && column::<i64>(&row, 3).is_err());
    }
}
