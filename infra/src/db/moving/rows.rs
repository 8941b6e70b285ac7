//! The rows of one table, from one connection to another.

use futures_util::TryStreamExt;
use sea_orm::sqlx::{self, AssertSqlSafe};
use sea_orm::{DbErr, RuntimeErr};

use super::catalogue::{Table, quoted};
use super::cells::{Batch, Total};
use super::{MoveError, Step, Tell};
use crate::db::Plain;
use crate::db::plain::broken;

/// How many values `SQLite` takes at once: far below its limit of 32,766.
const PARAMETERS: usize = 8_000;

/// Copies a table; what was sent.
pub(super) async fn copy(
    source: &mut Plain,
    target: &mut Plain,
    table: &Table,
    tell: Tell<'_>,
) -> Result<Total, MoveError> {
    let failed = |error| MoveError::Table(table.name.clone(), error);
    let (mut sent, mut batch) = (Total::default(), Batch::of(table));
    let select = table.select_as_written(source.dialect());
    let mut rows = source.stream(&select);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        batch.push(&row, &mut sent).map_err(failed)?;
        if batch.is_full() {
            let full = batch.take();
            tell(Step::Copied(&table.name, full.rows as u64));
            insert(target, table, full).await.map_err(failed)?;
        }
    }
    if batch.rows > 0 {
        tell(Step::Copied(&table.name, batch.rows as u64));
        insert(target, table, batch).await.map_err(failed)?;
    }
    Ok(sent)
}

/// Reads a table back; what is there.
pub(super) async fn total(conn: &mut Plain, table: &Table, tell: Tell<'_>) -> Result<Total, MoveError> {
    let failed = |error| MoveError::Table(table.name.clone(), error);
    let (mut there, mut batch) = (Total::default(), Batch::of(table));
    let select = table.select();
    let mut rows = conn.stream(&select);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        batch.push(&row, &mut there).map_err(failed)?;
        if batch.is_full() {
            tell(Step::Checked(&table.name, batch.take().rows as u64));
        }
    }
    tell(Step::Checked(&table.name, batch.rows as u64));
    Ok(there)
}

async fn insert(target: &mut Plain, table: &Table, mut batch: Batch) -> Result<(), DbErr> {
    let (name, columns) = (quoted(&table.name), table.column_list());
    match target {
        Plain::Postgres(conn) => {
            let arrays: Vec<String> =
                (1..).zip(&table.kinds).map(|(n, kind)| format!("${n}::{}", kind.array())).collect();
            let sql =
                format!("INSERT INTO {name} ({columns}) SELECT * FROM unnest({}) AS r", arrays.join(", "));
            let arrays = batch.into_arrays().map_err(|error| unbound(&error))?;
            sqlx::query_with(AssertSqlSafe(sql), arrays).execute(conn).await.map_err(broken)?;
        }
        Plain::Sqlite(conn) => {
            let at_once = (PARAMETERS / table.columns.len()).max(1);
            for start in (0..batch.rows).step_by(at_once) {
                let rows = start..(start + at_once).min(batch.rows);
                let one = format!("(?{})", ", ?".repeat(table.columns.len() - 1));
                let lists = vec![one; rows.len()].join(", ");
                let sql = format!("INSERT INTO {name} ({columns}) VALUES {lists}");
                let values = batch.values(rows).map_err(|error| unbound(&error))?;
                sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut *conn).await.map_err(broken)?;
            }
        }
    }
    Ok(())
}

fn unbound(error: &sqlx::error::BoxDynError) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(error.to_string()))
}
