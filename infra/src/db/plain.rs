//! Connections of the operator's own, behind all walls: what looks a whole database over
//! and what moves one. A test lists who opens them.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection};
use sea_orm::{DbErr, QueryResult, RuntimeErr};
use tokio::time::timeout;

use super::Dialect;
use super::connect::{is_postgres, is_sqlite, sqlite_file};

/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// One connection, that of the log-in or under a role of Postgres.
pub(crate) enum Plain {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

impl Plain {
    /// A connection that can only read. It makes no file.
    pub(crate) async fn reading(url: &str, role: Option<&'static str>) -> Result<Self, DbErr> {
        if is_sqlite(url) {
            Ok(Self::Sqlite(open(file(url).pragma("query_only", "ON").connect()).await?))
        } else {
            let options = server(url, role)?.options([("default_transaction_read_only", "on")]);
            Ok(Self::Postgres(open(options.connect()).await?))
        }
    }

    /// A connection that writes to a database that is there.
    pub(crate) async fn writing(url: &str, role: Option<&'static str>) -> Result<Self, DbErr> {
        if is_sqlite(url) {
            let options = file(url).journal_mode(SqliteJournalMode::Wal).foreign_keys(true);
            Ok(Self::Sqlite(open(options.connect()).await?))
        } else {
            Ok(Self::Postgres(open(server(url, role)?.connect()).await?))
        }
    }

    /// Whether another process has the file open: then nobody can have it alone. A log that
    /// lies beside the file says nothing, as whoever is killed leaves one.
    pub(crate) async fn is_shared(url: &str) -> bool {
        let alone = file(url).locking_mode(SqliteLockingMode::Exclusive).busy_timeout(Duration::ZERO);
        let look = async {
            let mut conn = Self::Sqlite(open(alone.pragma("query_only", "ON").connect()).await?);
            conn.row("SELECT COUNT(*) FROM sqlite_schema").await?;
            conn.close().await
        };
        look.await.is_err()
    }

    /// The back end.
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The rows of a statement of ours, without parameters, as they come.
    pub(crate) fn stream<'a>(&'a mut self, sql: &'a str) -> BoxStream<'a, Result<QueryResult, DbErr>> {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(conn) => {
                sqlx::query(sql).fetch(conn).map_ok(QueryResult::from).map_err(broken).boxed()
            }
            Self::Postgres(conn) => {
                sqlx::query(sql).fetch(conn).map_ok(QueryResult::from).map_err(broken).boxed()
            }
        }
    }

    /// All rows of a statement.
    pub(crate) async fn rows(&mut self, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
        self.stream(sql).try_collect().await
    }

    /// The one row of a statement that always has one.
    pub(crate) async fn row(&mut self, sql: &str) -> Result<QueryResult, DbErr> {
        let row = self.rows(sql).await?.pop();
        row.ok_or_else(|| DbErr::RecordNotFound(format!("no row from: {sql}")))
    }

    /// Runs statements as they stand.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), DbErr> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(conn) => query.execute(conn).await.map(|_| ()),
            Self::Postgres(conn) => query.execute(conn).await.map(|_| ()),
        }
        .map_err(broken)
    }

    /// Ends the connection properly.
    pub(crate) async fn close(self) -> Result<(), DbErr> {
        match self {
            Self::Sqlite(conn) => conn.close().await,
            Self::Postgres(conn) => conn.close().await,
        }
        .map_err(broken)
    }
}

/// An error of the driver as one of the library above it.
pub(crate) fn broken(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

async fn open<C>(connecting: impl Future<Output = Result<C, sqlx::Error>>) -> Result<C, DbErr> {
    match timeout(PATIENCE, connecting).await {
        Ok(connection) => connection.map_err(broken),
        Err(_) => Err(DbErr::Custom(format!("no answer within {} seconds", PATIENCE.as_secs()))),
    }
}

fn file(url: &str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(sqlite_file(url))
        .create_if_missing(false)
        .busy_timeout(PATIENCE)
        .disable_statement_logging()
}

fn server(url: &str, role: Option<&'static str>) -> Result<PgConnectOptions, DbErr> {
    if !is_postgres(url) {
        return Err(DbErr::Custom("the URL names neither back end".to_owned()));
    }
    let options = PgConnectOptions::from_str(url).map_err(broken)?;
    let options = options.application_name(APPLICATION).disable_statement_logging();
    Ok(match role {
        Some(role) => options.options([("role", role)]),
        None => options,
    })
}

/// What these connections are called on the server; those that serve are called `qun`.
const APPLICATION: &str = "qun operator";
