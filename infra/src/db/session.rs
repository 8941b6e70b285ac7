//! Statements that cannot forget the tenant (wall 1).

use std::fmt::Display;
use std::future::Future;

use futures_util::TryStreamExt;
use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use sea_orm::sea_query::Value;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryResult, Select, Statement, StreamTrait, UpdateMany,
};

use super::bulk::{self, Column};
use super::{Dialect, fault};

/// An entity whose table carries `org_id`.
pub trait TenantEntity: EntityTrait {
    /// The tenant column.
    const ORG: Self::Column;
    /// The tenant's place in an active model.
    fn set_org(model: &mut Self::ActiveModel, org: OrgId)
    where
        Self::ActiveModel: ActiveModelTrait<Entity = Self>,
    {
        model.set(Self::ORG, org.0.into());
    }
}

/// Declares that entity modules carry `org_id`.
#[macro_export]
macro_rules! tenant_entity {
    ($($module:ident),+ $(,)?) => {$(
        impl $crate::db::TenantEntity for $module::Entity {
            const ORG: $module::Column = $module::Column::OrgId;
        }
    )+};
}
pub use tenant_entity;

/// Reads and raw statements of one tenant: what [`super::OrgRead`] and [`super::OrgTx`] share.
///
/// In raw SQL `$1` is always the organization, bound here and not by the caller;
/// the statement has to compare it with `org_id`.
pub trait TenantSql: Sync {
    /// The back end.
    fn dialect(&self) -> Dialect;

    /// All rows of a raw statement; `params` are `$2`, `$3`, ….
    fn rows(
        &self,
        sql: &str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<QueryResult>, Fault>> + Send;

    /// Hands each row to `take` as it arrives; nothing is collected.
    fn each(
        &self,
        sql: &str,
        params: Vec<Value>,
        take: impl FnMut(&QueryResult) -> Result<(), Fault> + Send,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// All entities that `narrow` leaves.
    fn all<E: TenantEntity>(
        &self,
        narrow: impl FnOnce(Select<E>) -> Select<E> + Send,
    ) -> impl Future<Output = Result<Vec<E::Model>, Fault>> + Send
    where
        E::Model: FromQueryResult + Send;

    /// The first entity that `narrow` leaves.
    fn one<E: TenantEntity>(
        &self,
        narrow: impl FnOnce(Select<E>) -> Select<E> + Send,
    ) -> impl Future<Output = Result<Option<E::Model>, Fault>> + Send
    where
        E::Model: FromQueryResult + Send;
}

/// An open transaction of one tenant. Only doors inside this crate make one or commit it.
pub struct Session {
    pub(super) conn: DatabaseTransaction,
    pub(super) dialect: Dialect,
    pub(super) org: OrgId,
}

impl Session {
    fn statement(&self, sql: &str, params: Vec<Value>) -> Statement {
        statement(self.dialect, self.org, sql, params)
    }

    /// Runs a raw statement; the number of rows that it touched.
    pub(crate) async fn run(&self, sql: &str, params: Vec<Value>) -> Result<u64, Fault> {
        let done =
            self.conn.execute_raw(self.statement(sql, params)).await.map_err(fault("running a statement"))?;
        Ok(done.rows_affected())
    }

    /// Inserts one entity.
    pub(crate) async fn insert<E>(&self, model: impl IntoActiveModel<E::ActiveModel>) -> Result<(), Fault>
    where
        E: TenantEntity,
        E::ActiveModel: ActiveModelTrait<Entity = E>,
    {
        let mut model = model.into_active_model();
        E::set_org(&mut model, self.org);
        E::insert(model).exec_without_returning(&self.conn).await.map_err(fault("inserting a row"))?;
        Ok(())
    }

    /// Updates the entities that `narrow` leaves; the number of them.
    pub(crate) async fn update<E: TenantEntity>(
        &self,
        narrow: impl FnOnce(UpdateMany<E>) -> UpdateMany<E>,
    ) -> Result<u64, Fault> {
        let update = narrow(E::update_many().filter(E::ORG.eq(self.org.0)));
        Ok(update.exec(&self.conn).await.map_err(fault("updating rows"))?.rows_affected)
    }

    /// Inserts many rows with one or a few statements; see [`bulk::insert`].
    pub(crate) async fn insert_many(
        &self,
        table: &str,
        columns: Vec<(&'static str, Column)>,
        conflict: &str,
    ) -> Result<u64, Fault> {
        bulk::insert(&self.conn, self.dialect, self.org, table, columns, conflict).await
    }
}

impl TenantSql for Session {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    async fn rows(&self, sql: &str, params: Vec<Value>) -> Result<Vec<QueryResult>, Fault> {
        self.conn.query_all_raw(self.statement(sql, params)).await.map_err(fault("reading rows"))
    }

    async fn each(
        &self,
        sql: &str,
        params: Vec<Value>,
        take: impl FnMut(&QueryResult) -> Result<(), Fault> + Send,
    ) -> Result<(), Fault> {
        stream(&self.conn, self.statement(sql, params), take).await
    }

    async fn all<E: TenantEntity>(
        &self,
        narrow: impl FnOnce(Select<E>) -> Select<E> + Send,
    ) -> Result<Vec<E::Model>, Fault>
    where
        E::Model: FromQueryResult + Send,
    {
        select(self.org, narrow).all(&self.conn).await.map_err(fault("reading entities"))
    }

    async fn one<E: TenantEntity>(
        &self,
        narrow: impl FnOnce(Select<E>) -> Select<E> + Send,
    ) -> Result<Option<E::Model>, Fault>
    where
        E::Model: FromQueryResult + Send,
    {
        select(self.org, narrow).one(&self.conn).await.map_err(fault("reading an entity"))
    }
}

/// Holds a change to its promise: it touched one row.
pub(crate) fn one_row(changed: u64, doing: impl Display) -> Result<(), Fault> {
    if changed == 1 { Ok(()) } else { Err(Fault::new(format!("{doing}: {changed} rows instead of one"))) }
}

/// The entities of one organization that `narrow` leaves.
pub(super) fn select<E: TenantEntity>(org: OrgId, narrow: impl FnOnce(Select<E>) -> Select<E>) -> Select<E> {
    narrow(E::find().filter(E::ORG.eq(org.0)))
}

pub(super) fn statement(dialect: Dialect, org: OrgId, sql: &str, params: Vec<Value>) -> Statement {
    debug_assert!(sql.contains("$1"), "a tenant statement binds the organization: {sql}");
    let mut values = Vec::with_capacity(params.len() + 1);
    values.push(Value::from(org.0));
    values.extend(params);
    Statement::from_sql_and_values(dialect.backend(), sql, values)
}

pub(super) async fn stream(
    conn: &impl StreamTrait,
    statement: Statement,
    mut take: impl FnMut(&QueryResult) -> Result<(), Fault> + Send,
) -> Result<(), Fault> {
    let rows = conn.stream_raw(statement).await.map_err(fault("opening a stream"))?;
    futures_util::pin_mut!(rows);
    while let Some(row) = rows.try_next().await.map_err(fault("reading a stream"))? {
        take(&row)?;
    }
    Ok(())
}

/// A value as the JSON text that a `{json}` column keeps.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::from_error("writing JSON", error))
}
