//! SQL without the walls of the code.

use sea_orm::sea_query::Value;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement,
};

use super::Backend;

/// One connection of its own, under a role.
pub(crate) struct Raw {
    backend: Backend,
    connection: DatabaseConnection,
}

impl Raw {
    pub(crate) async fn open(backend: Backend, url: &str, role: &'static str) -> Self {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(1)
            .sqlx_logging(false)
            .map_sqlx_postgres_opts(move |base| base.options([("role", role)]))
            .map_sqlx_sqlite_opts(|base| base.foreign_keys(true));
        Self { backend, connection: Database::connect(options).await.expect("a connection") }
    }

    pub(crate) fn backend(&self) -> Backend {
        self.backend
    }

    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        let backend = match self.backend {
            Backend::Sqlite => DbBackend::Sqlite,
            Backend::Postgres => DbBackend::Postgres,
        };
        Statement::from_sql_and_values(backend, sql, values)
    }

    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Vec<QueryResult> {
        self.connection.query_all_raw(self.statement(sql, values)).await.expect(sql)
    }

    pub(crate) async fn run(&self, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
        Ok(self.connection.execute_raw(self.statement(sql, values)).await?.rows_affected())
    }

    /// Statements without parameters, as they stand.
    pub(crate) async fn script(&self, sql: &str) {
        self.connection.execute_unprepared(sql).await.expect(sql);
    }

    pub(crate) async fn count(&self, sql: &str, values: Vec<Value>) -> i64 {
        self.rows(sql, values).await[0].try_get_by_index(0).expect("a count")
    }

    /// The first column of each row, a text.
    pub(crate) async fn texts(&self, sql: &str, values: Vec<Value>) -> Vec<String> {
        self.rows(sql, values).await.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }

    /// The column that tells one row from all others of its table.
    pub(crate) fn place(&self) -> &'static str {
        match self.backend {
            Backend::Sqlite => "rowid",
            Backend::Postgres => "ctid",
        }
    }

    /// An id column, as ids are written.
    pub(crate) fn id(&self, column: &str) -> String {
        match self.backend {
            Backend::Postgres => format!("{column}::text"),
            Backend::Sqlite => {
                let part = |from, length| format!("substr(lower(hex({column})), {from}, {length})");
                [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ")
            }
        }
    }

    /// Columns of a table, each row as one line; `rest` follows the table's name.
    pub(crate) async fn lines(
        &self,
        table: &str,
        columns: &[&str],
        rest: &str,
        values: Vec<Value>,
    ) -> Vec<String> {
        let shown: Vec<String> = columns
            .iter()
            .map(|column| match self.backend {
                Backend::Sqlite => format!("quote({column})"),
                Backend::Postgres => format!("COALESCE({column}::text, 'NULL')"),
            })
            .collect();
        let sql = format!("SELECT {} FROM {table} {rest}", shown.join(" || ' ' || "));
        self.texts(&sql, values).await
    }
}
