//! Moves a whole installation to another database: every table, of all organizations.
//!
//! The source is read in one snapshot and left as it is. The target is written in one
//! transaction, which ends only when every row was read back and counted and summed to the
//! same: whatever goes wrong before, a kill included, leaves an empty target.
//!
//! Both sides are read under `qun_system`, and the target is written under it, so
//! row-level security stays on; that the role sees every row is checked first. The
//! append-only tables are so for `qun_app` alone.

mod catalogue;
mod cells;
mod rows;
mod sides;

use sea_orm::DbErr;
use thiserror::Error;

use super::OpenError;
use catalogue::{Table, agreed, in_order, tables};
use cells::Total;
use rows::{copy, total};
use sides::{Source, Target};

/// How far a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Somebody else has the source open; what is written from now on stays behind.
    SourceInUse,
    /// So many rows are there to move.
    Counted(u64),
    /// So many rows of a table went over.
    Copied(&'a str, u64),
    /// So many rows of a table were read back.
    Checked(&'a str, u64),
}

/// Who hears of the steps.
pub type Tell<'a> = &'a mut (dyn FnMut(Step<'_>) + Send);

/// A table that was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedTable {
    /// Its name.
    pub name: String,
    /// How many rows it has, on both sides.
    pub rows: u64,
    /// The sum over all values of all rows, the same on both sides, whatever their order.
    pub sum: u128,
}

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Each table, parents before children.
    pub tables: Vec<MovedTable>,
    /// Tables of the source that are not Qun's and were left.
    pub not_ours: Vec<String>,
    /// Whether somebody is known to have written to the source meanwhile.
    pub left_behind: bool,
}

/// Why nothing was moved. The target holds no row then.
#[derive(Debug, Error)]
pub enum MoveError {
    /// One of the two cannot be opened.
    #[error("the {0} cannot be opened")]
    Open(&'static str, #[source] DbErr),
    /// The target cannot be migrated.
    #[error("the target cannot be migrated")]
    Migrate(#[from] OpenError),
    /// One of the two has the tables of another version.
    #[error("the {0} has the tables of another version of Qun ({1}): {2}")]
    OtherVersion(&'static str, String, &'static str),
    /// The target is not Qun's.
    #[error("the target holds tables that are not Qun's ({0}): name an empty database")]
    Foreign(String),
    /// The target holds something already.
    #[error("the target is not empty: there are rows in {0}. Name a database that nobody has used yet")]
    NotEmpty(String),
    /// Rows of a table are hidden from the system door.
    #[error("on the {0} qun_system does not see every row of {1}: `qun doctor` says why")]
    Hidden(&'static str, String),
    /// The tables of the two are not the same.
    #[error("the two databases do not have the same tables: {0}")]
    Differ(String),
    /// A column of a type that nobody taught this module.
    #[error("{column} is of type {kind}, which cannot be moved")]
    UnknownKind {
        /// Table and column.
        column: String,
        /// The type in the words of the back end.
        kind: String,
    },
    /// Tables that point to each other.
    #[error("no order is good for {0}: they point to each other")]
    Circle(String),
    /// A database failed at a table.
    #[error("{0} cannot be moved")]
    Table(String, #[source] DbErr),
    /// A database failed.
    #[error("{0}")]
    Database(&'static str, #[source] DbErr),
    /// What was read back is not what was sent.
    #[error("what arrived is not what was sent: {0}")]
    Mismatch(String),
}

impl MoveError {
    /// Whether the two databases are to blame and not a failure on the way.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::OtherVersion(..) | Self::Foreign(_) | Self::NotEmpty(_))
    }

    fn catalogue(error: DbErr) -> Self {
        Self::Database("the catalogue cannot be read", error)
    }
}

/// Moves everything from one URL to another, whose database is empty or not there yet.
///
/// # Errors
/// See [`MoveError`]; the target holds no row then.
pub async fn move_everything(from: &str, to: &str, tell: Tell<'_>) -> Result<Moved, MoveError> {
    let (mut source, is_in_use) = Source::open(from).await?;
    if is_in_use {
        tell(Step::SourceInUse);
    }
    let mut target = Target::open(to).await?;
    let here = (source.conn.dialect(), tables(&mut source.conn).await?);
    let there = (target.conn.dialect(), tables(&mut target.conn).await?);
    let (tables, not_ours) = agreed(here, there)?;
    let tables = in_order(tables)?;
    tell(Step::Counted(source.count(&tables).await?));
    target.refuse_rows(&tables).await?;

    target.begin().await?;
    let mut sent = Vec::with_capacity(tables.len());
    for table in &tables {
        sent.push(copy(&mut source.conn, &mut target.conn, table, tell).await?);
    }
    let mut arrived = Vec::with_capacity(tables.len());
    for table in &tables {
        arrived.push(total(&mut target.conn, table, tell).await?);
    }
    compare(&tables, &sent, &arrived)?;
    target.commit(to, &tables).await?;
    let left_behind = source.close().await?;
    let tables = tables.into_iter().zip(sent);
    let tables =
        tables.map(|(table, Total { rows, sum })| MovedTable { name: table.name, rows, sum }).collect();
    Ok(Moved { tables, not_ours, left_behind })
}

/// Refuses where a table did not arrive as it was sent.
fn compare(tables: &[Table], sent: &[Total], arrived: &[Total]) -> Result<(), MoveError> {
    let wrong: Vec<String> = tables
        .iter()
        .zip(sent.iter().zip(arrived))
        .filter(|(_, (sent, arrived))| sent != arrived)
        .map(|(table, (sent, arrived))| match (sent.rows, arrived.rows) {
            (sent, arrived) if sent != arrived => {
                format!("{}: {sent} rows sent, {arrived} there", table.name)
            }
            (rows, _) => format!("{}: {rows} rows, not the same", table.name),
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(MoveError::Mismatch(wrong.join("; "))) }
}
