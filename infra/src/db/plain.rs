//! Connections of the operator's own, behind all walls: what looks a whole database
//! over. A test lists who opens them.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions};
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

    /// The back end.
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// All rows of a statement of ours, without parameters.
    pub(crate) async fn rows(&mut self, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
        let query = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(conn) => {
                let rows = sqlx::query(query).fetch(conn).map_ok(QueryResult::from);
                rows.try_collect().await.map_err(broken)
            }
            Self::Postgres(conn) => {
                let rows = sqlx::query(query).fetch(conn).map_ok(QueryResult::from);
                rows.try_collect().await.map_err(broken)
            }
        }
    }

    /// The one row of a statement that always has one.
    pub(crate) async fn row(&mut self, sql: &str) -> Result<QueryResult, DbErr> {
        let row = self.rows(sql).await?.pop();
        row.ok_or_else(|| DbErr::RecordNotFound(format!("no row from: {sql}")))
    }
}

/// An error of the driver as one of the library above it.
fn broken(error: sqlx::Error) -> DbErr {
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
