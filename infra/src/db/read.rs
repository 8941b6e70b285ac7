use qun_domain::access::Capability;
use qun_domain::fault::Fault;
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, QuerySelect, Select};
use sea_orm::{QueryTrait, Statement};

use super::connect::Reads;
use super::session::{select, statement, stream};
use super::{Db, Dialect, OrgScope, TenantEntity, TenantSql, fault};

/// The reading door of one organization.
///
/// Each read is one statement on a connection that is given back at once, so that no
/// resolver holds one while it waits for something else. A statement sees one state;
/// two statements may see two.
#[derive(Clone, Debug)]
pub struct OrgRead {
    db: Db,
    scope: OrgScope,
}

impl OrgRead {
    /// A door for `scope`; `None` when the actor may not read.
    pub fn open(db: &Db, scope: &OrgScope) -> Option<Self> {
        scope.actor().may(Capability::Read).then(|| Self { db: db.clone(), scope: scope.clone() })
    }

    /// A door for `scope` to find the group that rows go to; `None` when the actor may not
    /// record. A machine may record that reads nothing.
    pub fn to_record(db: &Db, scope: &OrgScope) -> Option<Self> {
        scope.actor().may(Capability::RecordActivity).then(|| Self { db: db.clone(), scope: scope.clone() })
    }

    /// Whose data is read.
    pub fn scope(&self) -> &OrgScope {
        &self.scope
    }

    /// The database behind the door.
    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    async fn query(&self, statement: Statement) -> Result<Vec<QueryResult>, Fault> {
        match &self.db.read {
            Reads::Sqlite(pool) => pool.query_all_raw(statement).await.map_err(fault("reading rows")),
            Reads::Postgres(lanes) => lanes.rows(self.scope.org(), statement).await,
        }
    }

    async fn entities<E: TenantEntity>(&self, select: Select<E>) -> Result<Vec<E::Model>, Fault>
    where
        E::Model: FromQueryResult + Send,
    {
        let rows = self.query(select.build(self.db.dialect.backend())).await?;
        let read =
            |row: &QueryResult| E::Model::from_query_result(row, "").map_err(fault("reading an entity"));
        rows.iter().map(read).collect()
    }
}

impl TenantSql for OrgRead {
    fn dialect(&self) -> Dialect {
        self.db.dialect
    }

    async fn rows(&self, sql: &str, params: Vec<Value>) -> Result<Vec<QueryResult>, Fault> {
        self.query(statement(self.db.dialect, self.scope.org(), sql, params)).await
    }

    async fn each(
        &self,
        sql: &str,
        params: Vec<Value>,
        mut take: impl FnMut(&QueryResult) -> Result<(), Fault> + Send,
    ) -> Result<(), Fault> {
        let statement = statement(self.db.dialect, self.scope.org(), sql, params);
        match &self.db.read {
            Reads::Sqlite(pool) => stream(pool, statement, take).await,
            Reads::Postgres(lanes) => lanes.each(self.scope.org(), statement, |row| take(&row)).await,
        }
    }

    async fn all<E: TenantEntity>(
        &self,
        narrow: impl FnOnce(Select<E>) -> Select<E> + Send,
    ) -> Result<Vec<E::Model>, Fault>
    where
        E::Model: FromQueryResult + Send,
    {
        self.entities(select(self.scope.org(), narrow)).await
    }

    async fn one<E: TenantEntity>(
        &self,
        narrow: impl FnOnce(Select<E>) -> Select<E> + Send,
    ) -> Result<Option<E::Model>, Fault>
    where
        E::Model: FromQueryResult + Send,
    {
        Ok(self.entities(select(self.scope.org(), narrow).limit(1)).await?.pop())
    }
}
