//! The two ends of a move: when each may take part, and in what transaction.

use std::path::Path;

use sea_orm::DbErr;

use super::MoveError;
use super::catalogue::{MIGRATIONS, Table, quoted, tables};
use crate::db::{Dialect, Plain, SchemaState, has_table, is_sqlite, migrate, sqlite_file};

const SYSTEM: Option<&str> = Some("qun_system");
const OWNER: Option<&str> = Some("qun_owner");

/// Where the rows come from.
pub(super) struct Source {
    pub(super) conn: Plain,
    /// What `SQLite` calls the state of the file; it changes when others commit.
    version: i64,
}

/// Where the rows go to.
pub(super) struct Target {
    pub(super) conn: Plain,
}

impl Source {
    /// Opens the source and fixes what is seen of it; and whether others have it open.
    pub(super) async fn open(url: &str) -> Result<(Self, bool), MoveError> {
        let failed = |error| MoveError::Open("source", error);
        let state = state(url).await.map_err(failed)?;
        refuse_other_version("source", &state, "run `qun migrate` with this version first")?;
        let is_in_use = is_in_use(url).await.map_err(failed)?;
        let mut conn = Plain::reading(url, SYSTEM).await.map_err(failed)?;
        let version = version(&mut conn).await.map_err(failed)?;
        let begin = match conn.dialect() {
            // The first look fixes the state.
            Dialect::Sqlite => "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        conn.run(begin).await.map_err(failed)?;
        refuse_hidden("source", &mut conn).await?;
        Ok((Self { conn, version }, is_in_use))
    }

    /// How many rows there are.
    pub(super) async fn count(&mut self, tables: &[Table]) -> Result<u64, MoveError> {
        let mut rows = 0;
        for table in tables {
            rows += count(&mut self.conn, table).await?;
        }
        Ok(rows)
    }

    /// Ends the snapshot; whether somebody is known to have written meanwhile.
    pub(super) async fn close(mut self) -> Result<bool, MoveError> {
        let failed = |error| MoveError::Database("the source cannot be closed", error);
        self.conn.run("COMMIT").await.map_err(failed)?;
        let after = version(&mut self.conn).await.map_err(failed)?;
        self.conn.close().await.map_err(failed)?;
        Ok(after != self.version)
    }
}

impl Target {
    /// Opens the target and migrates it, if nobody else has anything there.
    pub(super) async fn open(url: &str) -> Result<Self, MoveError> {
        let failed = |error| MoveError::Open("target", error);
        if !is_sqlite(url) || Path::new(sqlite_file(url)).exists() {
            refuse_foreign(url).await?;
        }
        migrate(url).await?;
        let mut conn = Plain::writing(url, SYSTEM).await.map_err(failed)?;
        refuse_hidden("target", &mut conn).await?;
        Ok(Self { conn })
    }

    /// Refuses where a table has rows.
    pub(super) async fn refuse_rows(&mut self, tables: &[Table]) -> Result<(), MoveError> {
        let used = with_rows(&mut self.conn, tables).await?;
        if used.is_empty() { Ok(()) } else { Err(MoveError::NotEmpty(used.join(", "))) }
    }

    /// Begins the one transaction.
    pub(super) async fn begin(&mut self) -> Result<(), MoveError> {
        let begin = match self.conn.dialect() {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        };
        self.conn
            .run(begin)
            .await
            .map_err(|error| MoveError::Database("the target takes no transaction", error))
    }

    /// Commits, and lets the back end look at what came.
    pub(super) async fn commit(mut self, url: &str, tables: &[Table]) -> Result<(), MoveError> {
        let failed = |error| MoveError::Database("the target does not take what was sent", error);
        self.conn.run("COMMIT").await.map_err(failed)?;
        let dialect = self.conn.dialect();
        self.conn.close().await.map_err(failed)?;
        if dialect == Dialect::Postgres {
            // Until then Postgres plans as if every table were empty.
            let names: Vec<String> = tables.iter().map(|table| quoted(&table.name)).collect();
            let mut owner = Plain::writing(url, OWNER).await.map_err(failed)?;
            owner.run(&format!("ANALYZE {}", names.join(", "))).await.map_err(failed)?;
            owner.close().await.map_err(failed)?;
        }
        Ok(())
    }
}

/// The state of the schema as the one sees it who made it.
async fn state(url: &str) -> Result<SchemaState, DbErr> {
    let mut owner = Plain::reading(url, OWNER).await?;
    let state = SchemaState::read(&mut owner).await?;
    owner.close().await?;
    Ok(state)
}

fn refuse_other_version(
    side: &'static str,
    state: &SchemaState,
    mend: &'static str,
) -> Result<(), MoveError> {
    if state.is_current() {
        return Ok(());
    }
    let why = if state.unknown.is_empty() {
        format!("missing: {}", state.pending.join(", "))
    } else {
        format!("unknown: {}", state.unknown.join(", "))
    };
    Err(MoveError::OtherVersion(side, why, mend))
}

/// Refuses a target that holds tables of others, or of another version. Asked before it is
/// migrated, so that what is refused is left as it was.
async fn refuse_foreign(url: &str) -> Result<(), MoveError> {
    let failed = |error| MoveError::Open("target", error);
    let mut login = Plain::reading(url, None).await.map_err(failed)?;
    let is_ours = has_table(&mut login, MIGRATIONS).await.map_err(failed)?;
    let tables = tables(&mut login).await?;
    if !is_ours {
        let names: Vec<String> = tables.into_iter().map(|table| table.name).collect();
        return if names.is_empty() { Ok(()) } else { Err(MoveError::Foreign(names.join(", "))) };
    }
    let state = state(url).await.map_err(failed)?;
    refuse_other_version("target", &state, "name an empty database")
}

/// The tables that have rows.
async fn with_rows(conn: &mut Plain, tables: &[Table]) -> Result<Vec<String>, MoveError> {
    let mut used = Vec::new();
    for table in tables {
        let sql = format!("SELECT 1 FROM {} LIMIT 1", quoted(&table.name));
        if !conn.rows(&sql).await.map_err(MoveError::catalogue)?.is_empty() {
            used.push(table.name.clone());
        }
    }
    Ok(used)
}

/// Refuses where row-level security would keep rows from the system door: they would be
/// left behind, or not be found again, without a word.
async fn refuse_hidden(side: &'static str, conn: &mut Plain) -> Result<(), MoveError> {
    if conn.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let sql = "SELECT c.relname::text FROM pg_class c
               WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
                 AND c.relrowsecurity AND NOT EXISTS (
                   SELECT FROM pg_policies p
                   WHERE p.schemaname = current_schema() AND p.tablename = c.relname
                     AND 'qun_system' = ANY (p.roles) AND p.permissive = 'PERMISSIVE'
                     AND p.cmd = 'ALL' AND p.qual = 'true')
               ORDER BY c.relname";
    let rows = conn.rows(sql).await.map_err(MoveError::catalogue)?;
    match rows.first() {
        Some(row) => Err(MoveError::Hidden(side, row.try_get_by_index(0).map_err(MoveError::catalogue)?)),
        None => Ok(()),
    }
}

async fn count(conn: &mut Plain, table: &Table) -> Result<u64, MoveError> {
    let failed = |error| MoveError::Table(table.name.clone(), error);
    let row = conn.row(&format!("SELECT COUNT(*) FROM {}", quoted(&table.name))).await.map_err(failed)?;
    let rows: i64 = row.try_get_by_index(0).map_err(failed)?;
    Ok(u64::try_from(rows).unwrap_or_default())
}

/// Whether others work with the source. Of a server only the log-in sees what the
/// connections of the log-in are called.
async fn is_in_use(url: &str) -> Result<bool, DbErr> {
    if is_sqlite(url) {
        return Ok(Plain::is_shared(url).await);
    }
    let mut login = Plain::reading(url, None).await?;
    let sql = "SELECT COUNT(*) FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = 'qun'";
    let others: i64 = login.row(sql).await?.try_get_by_index(0)?;
    login.close().await?;
    Ok(others > 0)
}

async fn version(conn: &mut Plain) -> Result<i64, DbErr> {
    match conn.dialect() {
        Dialect::Sqlite => conn.row("PRAGMA data_version").await?.try_get_by_index(0),
        Dialect::Postgres => Ok(0),
    }
}
