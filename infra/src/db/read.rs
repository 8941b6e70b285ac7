use qun_domain::access::Capability;
use qun_domain::fault::Fault;
use sea_orm::sea_query::Value;
use sea_orm::{
    ColumnTrait, ConnectionTrait, FromQueryResult, QueryFilter, QueryResult, Select, TransactionTrait,
};

use super::session::{statement, stream};
use super::{Db, Dialect, OrgScope, Session, TenantEntity, TenantSql, fault};

/// The reading door of one organization.
///
/// On Postgres each read is a short transaction of its own, so that no resolver
/// holds a connection while it waits for something else; on `SQLite` a statement
/// is its own snapshot.
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

    /// Whose data is read.
    pub fn scope(&self) -> &OrgScope {
        &self.scope
    }

    /// A transaction in which several statements see the same state.
    pub(crate) async fn begin(&self) -> Result<Session, Fault> {
        let org = self.scope.org();
        let conn = self.db.read.begin().await.map_err(fault("beginning a read"))?;
        if self.db.dialect == Dialect::Postgres {
            conn.execute_unprepared(&format!("SET LOCAL qun.org_id = '{org}'; SET TRANSACTION READ ONLY"))
                .await
                .map_err(fault("naming the tenant"))?;
        }
        Ok(Session { conn, dialect: self.db.dialect, org })
    }
}

/// Runs one read in a transaction of its own, or bare where that is safe.
macro_rules! short_read {
    ($self:ident, $bare:expr, $session:ident => $run:expr) => {{
        if $self.db.dialect == Dialect::Sqlite {
            $bare.await
        } else {
            let $session = $self.begin().await?;
            let out = $run.await?;
            $session.conn.commit().await.map_err(fault("ending a read"))?;
            Ok(out)
        }
    }};
}

impl TenantSql for OrgRead {
    fn dialect(&self) -> Dialect {
        self.db.dialect
    }

    async fn rows(&self, sql: &str, params: Vec<Value>) -> Result<Vec<QueryResult>, Fault> {
        if self.db.dialect == Dialect::Sqlite {
            let statement = statement(self.db.dialect, self.scope.org(), sql, params);
            return self.db.read.query_all_raw(statement).await.map_err(fault("reading rows"));
        }
        let session = self.begin().await?;
        let rows = session.rows(sql, params).await?;
        session.conn.commit().await.map_err(fault("ending a read"))?;
        Ok(rows)
    }

    async fn each(
        &self,
        sql: &str,
        params: Vec<Value>,
        take: impl FnMut(&QueryResult) -> Result<(), Fault> + Send,
    ) -> Result<(), Fault> {
        if self.db.dialect == Dialect::Sqlite {
            let statement = statement(self.db.dialect, self.scope.org(), sql, params);
            return stream(&self.db.read, statement, take).await;
        }
        let session = self.begin().await?;
        session.each(sql, params, take).await?;
        session.conn.commit().await.map_err(fault("ending a read"))
    }

    async fn all<E: TenantEntity>(
        &self,
        narrow: impl FnOnce(Select<E>) -> Select<E> + Send,
    ) -> Result<Vec<E::Model>, Fault>
    where
        E::Model: FromQueryResult + Send,
    {
        short_read!(
            self,
            async {
                let select = narrow(E::find().filter(E::ORG.eq(self.scope.org().0)));
                select.all(&self.db.read).await.map_err(fault("reading entities"))
            },
            session => session.all(narrow)
        )
    }

    async fn one<E: TenantEntity>(
        &self,
        narrow: impl FnOnce(Select<E>) -> Select<E> + Send,
    ) -> Result<Option<E::Model>, Fault>
    where
        E::Model: FromQueryResult + Send,
    {
        short_read!(
            self,
            async {
                let select = narrow(E::find().filter(E::ORG.eq(self.scope.org().0)));
                select.one(&self.db.read).await.map_err(fault("reading an entity"))
            },
            session => session.one(narrow)
        )
    }
}
