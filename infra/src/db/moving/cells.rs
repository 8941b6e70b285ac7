//! Rows on their way: column by column, as both back ends take them, with a sum over them
//! that knows no order.

use chrono::NaiveDate;
use sea_orm::sqlx::error::BoxDynError;
use sea_orm::sqlx::postgres::PgArguments;
use sea_orm::sqlx::sqlite::SqliteArguments;
use sea_orm::sqlx::{Arguments, Sqlite};
use sea_orm::{DbErr, QueryResult, TryGetable};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::catalogue::Table;
use crate::db::Dialect;

/// How many rows travel at once.
const ROWS: usize = 5_000;
/// How many bytes travel at once, about.
const BYTES: usize = 4 << 20;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Bytes,
    Text,
    Date,
    Bool,
    Int,
    Long,
    Double,
}

impl Kind {
    /// The kind of a type of the catalogue. `SQLite` knows four, which stand for more.
    pub(super) fn of(dialect: Dialect, name: &str) -> Option<Self> {
        Some(match (dialect, name.to_ascii_lowercase().as_str()) {
            (Dialect::Postgres, "uuid") => Self::Uuid,
            (Dialect::Postgres, "bytea") | (Dialect::Sqlite, "blob") => Self::Bytes,
            (_, "text") => Self::Text,
            (Dialect::Postgres, "date") => Self::Date,
            (Dialect::Postgres, "boolean") => Self::Bool,
            (Dialect::Postgres, "integer") => Self::Int,
            (Dialect::Postgres, "bigint") | (Dialect::Sqlite, "integer") => Self::Long,
            (Dialect::Postgres, "double precision") | (Dialect::Sqlite, "real") => Self::Double,
            _ => return None,
        })
    }

    /// The Postgres type of an array of it.
    pub(super) fn array(self) -> &'static str {
        match self {
            Self::Uuid => "uuid[]",
            Self::Bytes => "bytea[]",
            Self::Text => "text[]",
            Self::Date => "date[]",
            Self::Bool => "boolean[]",
            Self::Int => "integer[]",
            Self::Long => "bigint[]",
            Self::Double => "double precision[]",
        }
    }
}

/// The values of one column, one a row.
enum Cells {
    Uuid(Vec<Option<Uuid>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Text(Vec<Option<String>>),
    Date(Vec<Option<NaiveDate>>),
    Bool(Vec<Option<bool>>),
    Int(Vec<Option<i32>>),
    Long(Vec<Option<i64>>),
    Double(Vec<Option<f64>>),
}

impl Cells {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Uuid => Self::Uuid(Vec::new()),
            Kind::Bytes => Self::Bytes(Vec::new()),
            Kind::Text => Self::Text(Vec::new()),
            Kind::Date => Self::Date(Vec::new()),
            Kind::Bool => Self::Bool(Vec::new()),
            Kind::Int => Self::Int(Vec::new()),
            Kind::Long => Self::Long(Vec::new()),
            Kind::Double => Self::Double(Vec::new()),
        }
    }

    /// Takes the value of a column, and gives it to the sum of the row.
    fn push(&mut self, row: &QueryResult, index: usize, sum: &mut Sum) -> Result<(), DbErr> {
        match self {
            Self::Uuid(cells) => push(cells, row, index, sum, |id, sum| sum.blob(id.as_bytes())),
            Self::Bytes(cells) => push(cells, row, index, sum, |bytes, sum| sum.blob(bytes)),
            Self::Text(cells) => push(cells, row, index, sum, |text, sum| sum.text(text)),
            Self::Date(cells) => push(cells, row, index, sum, |date, sum| sum.text(&date.to_string())),
            Self::Bool(cells) => push(cells, row, index, sum, |is, sum| sum.whole(i64::from(*is))),
            Self::Int(cells) => push(cells, row, index, sum, |number, sum| sum.whole(i64::from(*number))),
            Self::Long(cells) => push(cells, row, index, sum, |number, sum| sum.whole(*number)),
            Self::Double(cells) => push(cells, row, index, sum, |number, sum| sum.double(*number)),
        }
    }

    /// Binds all values as one array.
    fn bind_all(self, to: &mut PgArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Uuid(cells) => to.add(cells),
            Self::Bytes(cells) => to.add(cells),
            Self::Text(cells) => to.add(cells),
            Self::Date(cells) => to.add(cells),
            Self::Bool(cells) => to.add(cells),
            Self::Int(cells) => to.add(cells),
            Self::Long(cells) => to.add(cells),
            Self::Double(cells) => to.add(cells),
        }
    }

    /// Binds the value of one row, which is gone from here then.
    fn bind_one(&mut self, row: usize, to: &mut SqliteArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Uuid(cells) => to.add(cells[row]),
            Self::Bytes(cells) => to.add(cells[row].take()),
            Self::Text(cells) => to.add(cells[row].take()),
            Self::Date(cells) => to.add(cells[row]),
            Self::Bool(cells) => to.add(cells[row]),
            Self::Int(cells) => to.add(cells[row]),
            Self::Long(cells) => to.add(cells[row]),
            Self::Double(cells) => to.add(cells[row]),
        }
    }
}

fn push<T: TryGetable>(
    cells: &mut Vec<Option<T>>,
    row: &QueryResult,
    index: usize,
    sum: &mut Sum,
    say: impl FnOnce(&T, &mut Sum),
) -> Result<(), DbErr> {
    let value: Option<T> = row.try_get_by_index(index)?;
    match &value {
        Some(value) => say(value, sum),
        None => sum.nothing(),
    }
    cells.push(value);
    Ok(())
}

/// The words of one row, alike whichever back end it comes from.
struct Sum {
    hash: Sha256,
    bytes: usize,
}

impl Sum {
    fn new() -> Self {
        Self { hash: Sha256::new(), bytes: 0 }
    }

    fn nothing(&mut self) {
        self.say(b'-', &[]);
    }

    fn blob(&mut self, value: &[u8]) {
        self.say(b'b', &(value.len() as u64).to_le_bytes());
        self.hash.update(value);
        self.bytes += value.len();
    }

    fn text(&mut self, value: &str) {
        self.say(b't', &(value.len() as u64).to_le_bytes());
        self.hash.update(value);
        self.bytes += value.len();
    }

    fn whole(&mut self, value: i64) {
        self.say(b'i', &value.to_le_bytes());
    }

    fn double(&mut self, value: f64) {
        // SQLite keeps no sign of zero.
        let value = if value == 0.0 { 0.0 } else { value };
        self.say(b'd', &value.to_bits().to_le_bytes());
    }

    fn say(&mut self, kind: u8, value: &[u8]) {
        self.hash.update([kind]);
        self.hash.update(value);
        self.bytes += 8;
    }

    fn finish(self) -> u128 {
        let mut half = [0; 16];
        half.copy_from_slice(&self.hash.finalize()[..16]);
        u128::from_le_bytes(half)
    }
}

/// How many rows a table has, and the sum over all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Total {
    pub(super) rows: u64,
    pub(super) sum: u128,
}

/// Rows of one table.
pub(super) struct Batch {
    cells: Vec<Cells>,
    kinds: Vec<Kind>,
    pub(super) rows: usize,
    bytes: usize,
}

impl Batch {
    pub(super) fn of(table: &Table) -> Self {
        Self::new(table.kinds.clone())
    }

    fn new(kinds: Vec<Kind>) -> Self {
        Self { cells: kinds.iter().map(|&kind| Cells::of(kind)).collect(), kinds, rows: 0, bytes: 0 }
    }

    /// Takes a row in, and counts it.
    pub(super) fn push(&mut self, row: &QueryResult, total: &mut Total) -> Result<(), DbErr> {
        let mut sum = Sum::new();
        for (index, cells) in self.cells.iter_mut().enumerate() {
            cells.push(row, index, &mut sum)?;
        }
        self.rows += 1;
        self.bytes += sum.bytes;
        total.rows += 1;
        total.sum = total.sum.wrapping_add(sum.finish());
        Ok(())
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows >= ROWS || self.bytes >= BYTES
    }

    /// What was gathered; an empty batch is left behind.
    pub(super) fn take(&mut self) -> Self {
        let empty = Self::new(self.kinds.clone());
        std::mem::replace(self, empty)
    }

    /// One array a column.
    pub(super) fn into_arrays(self) -> Result<PgArguments, BoxDynError> {
        let mut arguments = PgArguments::default();
        for cells in self.cells {
            cells.bind_all(&mut arguments)?;
        }
        Ok(arguments)
    }

    /// The values of some rows, row by row.
    pub(super) fn values(&mut self, rows: std::ops::Range<usize>) -> Result<SqliteArguments, BoxDynError> {
        let mut arguments = <Sqlite as sea_orm::sqlx::Database>::Arguments::default();
        for row in rows {
            for cells in &mut self.cells {
                cells.bind_one(row, &mut arguments)?;
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(say: impl FnOnce(&mut Sum)) -> u128 {
        let mut sum = Sum::new();
        say(&mut sum);
        sum.finish()
    }

    #[test]
    fn what_differs_sums_differently() {
        let sums = [
            sum(Sum::nothing),
            sum(|sum| sum.text("")),
            sum(|sum| sum.blob(b"")),
            sum(|sum| sum.text("a")),
            sum(|sum| sum.whole(0)),
            sum(|sum| sum.double(0.0)),
            sum(|sum| {
                sum.text("a");
                sum.text("b");
            }),
            sum(|sum| {
                sum.text("ab");
                sum.text("");
            }),
        ];
        for (place, one) in sums.iter().enumerate() {
            assert!(!sums[..place].contains(one), "{place}");
        }
    }

    #[test]
    fn both_zeros_are_one() {
        assert_eq!(sum(|sum| sum.double(0.0)), sum(|sum| sum.double(-0.0)));
    }
}
