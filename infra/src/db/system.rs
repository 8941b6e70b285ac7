use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use sea_orm::sea_query::Value;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, QueryResult, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};

use super::bulk::{self, Column};
use super::{Db, Dialect, TRIES, commit_fault, fault, is_lost};

/// The one untenanted door: sign-up, log-in, keys, job claims. A test lists who opens it.
pub struct SystemTx {
    conn: DatabaseTransaction,
    dialect: Dialect,
}

impl SystemTx {
    pub(crate) async fn begin(db: &Db) -> Result<Self, Fault> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let mut tries = TRIES;
        let conn = loop {
            tries -= 1;
            match db.system.begin_with_options(options).await {
                // It was lost while it lay idle, and nothing has been asked on it.
                Err(error) if tries > 0 && is_lost(&error) => {}
                opened => break opened.map_err(fault("opening the system door"))?,
            }
        };
        Ok(Self { conn, dialect: db.dialect })
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) async fn rows(&self, sql: &str, params: Vec<Value>) -> Result<Vec<QueryResult>, Fault> {
        let statement = Statement::from_sql_and_values(self.dialect.backend(), sql, params);
        self.conn.query_all_raw(statement).await.map_err(fault("reading through the system door"))
    }

    pub(crate) async fn run(&self, sql: &str, params: Vec<Value>) -> Result<u64, Fault> {
        let statement = Statement::from_sql_and_values(self.dialect.backend(), sql, params);
        let done =
            self.conn.execute_raw(statement).await.map_err(fault("writing through the system door"))?;
        Ok(done.rows_affected())
    }

    /// Inserts many rows of one organization; see [`bulk::insert`].
    pub(crate) async fn insert_many(
        &self,
        org: OrgId,
        table: &str,
        columns: Vec<(&'static str, Column)>,
    ) -> Result<u64, Fault> {
        bulk::insert(&self.conn, self.dialect, org, table, columns, "").await
    }

    /// Lets the database look at the tables anew, from which it plans its statements. Postgres
    /// does so by itself within minutes; until then the plans after a large import are those
    /// for empty tables.
    pub(crate) async fn gather_statistics(db: &Db) -> Result<(), Fault> {
        if db.dialect == Dialect::Sqlite {
            return Ok(());
        }
        let door = Self::begin(db).await?;
        door.rows("SELECT qun_gather_statistics()::text", vec![]).await?;
        door.commit().await
    }

    pub(crate) async fn commit(self) -> Result<(), Fault> {
        self.conn.commit().await.map_err(commit_fault("closing the system door", false))
    }
}
