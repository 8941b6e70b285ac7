//! One SQL text for two back ends.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// Runs statements, with placeholders put into the words of the back end.
pub(crate) struct Ddl<'a> {
    manager: &'a SchemaManager<'a>,
}

impl<'a> Ddl<'a> {
    pub(crate) fn new(manager: &'a SchemaManager<'a>) -> Self {
        Self { manager }
    }

    fn is_postgres(&self) -> bool {
        self.manager.get_database_backend() == DatabaseBackend::Postgres
    }

    /// Runs each statement of `sql`; statements end with `;`.
    ///
    /// `{uuid}`, `{bytes}`, `{double}`, `{date}`, `{time}` (milliseconds since the epoch, UTC),
    /// `{count}` (32 bits), `{long}` (64 bits), `{bool}`, `{json}` stand for types; `{strict}` closes a
    /// table.
    pub(crate) async fn run(&self, sql: &str) -> Result<(), DbErr> {
        let words: [(&str, &str); 10] = if self.is_postgres() {
            [
                ("{uuid}", "uuid"),
                ("{bytes}", "bytea"),
                ("{double}", "double precision"),
                ("{date}", "date"),
                ("{time}", "bigint"),
                ("{count}", "integer"),
                ("{long}", "bigint"),
                ("{bool}", "boolean"),
                ("{json}", "text"),
                ("{strict}", ""),
            ]
        } else {
            [
                ("{uuid}", "BLOB"),
                ("{bytes}", "BLOB"),
                ("{double}", "REAL"),
                ("{date}", "TEXT"),
                ("{time}", "INTEGER"),
                ("{count}", "INTEGER"),
                ("{long}", "INTEGER"),
                ("{bool}", "INTEGER"),
                ("{json}", "TEXT"),
                ("{strict}", "STRICT"),
            ]
        };
        let mut text = sql.to_owned();
        for (placeholder, word) in words {
            text = text.replace(placeholder, word);
        }
        for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            self.manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    /// Runs statements on Postgres alone; they hold no `;` but between them.
    pub(crate) async fn on_postgres(&self, sql: &str) -> Result<(), DbErr> {
        if self.is_postgres() { self.run(sql).await } else { Ok(()) }
    }

    /// As [`Ddl::run`], on SQLite alone.
    pub(crate) async fn on_sqlite(&self, sql: &str) -> Result<(), DbErr> {
        if self.is_postgres() { Ok(()) } else { self.run(sql).await }
    }

    /// Row-level security and grants for tables that carry `org_id` (wall 3).
    ///
    /// `qun_app` sees the rows of the organization named by the setting
    /// `qun.org_id`, and none when it is unset; `qun_system` is the one door
    /// without a tenant.
    pub(crate) async fn tenant_tables(&self, tables: &[&str]) -> Result<(), DbErr> {
        if !self.is_postgres() {
            return Ok(());
        }
        for table in tables {
            self.run(&format!(
                "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
                 ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
                 CREATE POLICY tenant ON {table} TO qun_app
                   USING (org_id = NULLIF(current_setting('qun.org_id', true), '')::uuid)
                   WITH CHECK (org_id = NULLIF(current_setting('qun.org_id', true), '')::uuid);
                 CREATE POLICY system_door ON {table} TO qun_system USING (true) WITH CHECK (true);
                 GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO qun_app, qun_system"
            ))
            .await?;
        }
        Ok(())
    }

    /// Grants for tables without a tenant: the system door alone.
    pub(crate) async fn system_tables(&self, tables: &[&str]) -> Result<(), DbErr> {
        if !self.is_postgres() {
            return Ok(());
        }
        for table in tables {
            self.run(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO qun_system")).await?;
        }
        Ok(())
    }

    /// Takes rights back from the application role, where a table is append-only.
    pub(crate) async fn append_only(&self, tables: &[&str]) -> Result<(), DbErr> {
        if !self.is_postgres() {
            return Ok(());
        }
        for table in tables {
            self.run(&format!("REVOKE UPDATE, DELETE ON {table} FROM qun_app")).await?;
        }
        Ok(())
    }

    /// As [`Ddl::append_only`], for the system door too, and on `SQLite` by triggers: only who owns
    /// the tables could change or remove a row, by altering them first.
    pub(crate) async fn immutable(&self, tables: &[&str]) -> Result<(), DbErr> {
        let conn = self.manager.get_connection();
        for table in tables {
            if self.is_postgres() {
                self.run(&format!("REVOKE UPDATE, DELETE ON {table} FROM qun_app, qun_system")).await?;
                continue;
            }
            for verb in ["UPDATE", "DELETE"] {
                let name = format!("{table}_no_{}", verb.to_lowercase());
                // One statement, though there is a `;` in it.
                conn.execute_unprepared(&format!(
                    "CREATE TRIGGER {name} BEFORE {verb} ON {table}
                     BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                ))
                .await?;
            }
        }
        Ok(())
    }
}
