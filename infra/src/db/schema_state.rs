use std::collections::BTreeSet;

use qun_migration::{Migrator, MigratorTrait};
use sea_orm::DbErr;

use super::{Dialect, Plain};

/// How the schema of a database stands to this version of Qun.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SchemaState {
    /// Migrations that were run.
    pub(crate) applied: usize,
    /// Migrations of this version that were not run, in their order.
    pub(crate) pending: Vec<String>,
    /// Migrations that were run and that this version does not know.
    pub(crate) unknown: Vec<String>,
}

impl SchemaState {
    /// Reads it; changes nothing, unlike the library, which makes its table.
    pub(crate) async fn read(conn: &mut Plain) -> Result<Self, DbErr> {
        let ours = Migrator::migrations().iter().map(|one| one.name().to_owned()).collect::<Vec<_>>();
        if !has_table(conn, "seaql_migrations").await? {
            return Ok(Self { pending: ours, ..Self::default() });
        }
        let rows = conn.rows("SELECT version FROM seaql_migrations ORDER BY version").await?;
        let applied: BTreeSet<String> =
            rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
        let unknown = applied.iter().filter(|name| !ours.contains(name)).cloned().collect();
        let pending = ours.into_iter().filter(|name| !applied.contains(name)).collect();
        Ok(Self { applied: applied.len(), pending, unknown })
    }

    /// Whether nobody migrated this database yet.
    pub(crate) fn is_fresh(&self) -> bool {
        self.applied == 0
    }

    /// Whether the tables are those of this version.
    pub(crate) fn is_current(&self) -> bool {
        self.pending.is_empty() && self.unknown.is_empty()
    }
}

/// Whether there is a table of this name.
pub(crate) async fn has_table(conn: &mut Plain, name: &str) -> Result<bool, DbErr> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => format!(
            "SELECT CAST(COUNT(*) AS INTEGER) FROM sqlite_schema WHERE type = 'table' AND name = '{name}'"
        ),
        Dialect::Postgres => format!("SELECT COUNT(to_regclass('{name}'))"),
    };
    Ok(conn.row(&sql).await?.try_get_by_index::<i64>(0)? > 0)
}
