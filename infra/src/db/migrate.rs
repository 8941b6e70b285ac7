use std::fs::File;

use qun_migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use super::OpenError;
use super::connect::{is_postgres, is_sqlite, postgres, sqlite, sqlite_file};

/// The session lock under which one server migrates while the others wait.
const LOCK: i64 = 0x0071_756e;

/// Brings the schema up to date. Servers that start at once migrate once:
/// sea-orm-migration takes no lock, so one is taken here.
///
/// # Errors
/// See [`OpenError`].
pub async fn migrate(url: &str) -> Result<(), OpenError> {
    if is_sqlite(url) {
        let lock = File::create(format!("{}.lock", sqlite_file(url)))?;
        let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
            .await
            .map_err(std::io::Error::other)??;
        let connection = Database::connect(sqlite(url, 1, false)).await?;
        if !Migrator::get_pending_migrations(&connection).await?.is_empty() {
            up(&connection).await?;
        }
        connection.close().await?;
        drop(lock);
        Ok(())
    } else if is_postgres(url) {
        Ok(migrate_postgres(url).await?)
    } else {
        Err(OpenError::UnknownUrl)
    }
}

async fn migrate_postgres(url: &str) -> Result<(), DbErr> {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let guard = Database::connect(options).await?;
    guard.execute_unprepared(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
    let outcome = migrate_under_lock(&guard, url).await;
    guard.execute_unprepared(&format!("SELECT pg_advisory_unlock({LOCK})")).await?;
    guard.close().await?;
    outcome
}

async fn migrate_under_lock(guard: &DatabaseConnection, url: &str) -> Result<(), DbErr> {
    if is_up_to_date(guard).await? {
        return Ok(());
    }
    guard.execute_unprepared(ROLES).await?;
    let owner = Database::connect(postgres(url, 1, "qun_owner")).await?;
    up(&owner).await?;
    owner.close().await
}

/// All or nothing: what is killed half way could not be migrated on where `SQLite` had made a
/// table without noting it.
async fn up(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let whole = connection.begin_with_options(options).await?;
    Migrator::up(&whole, None).await?;
    whole.commit().await
}

/// Whether nothing is left to migrate. Asking for what is pending would make the table of
/// migrations where it is missing, under the log-in, and `qun_owner` could not use it.
async fn is_up_to_date(guard: &DatabaseConnection) -> Result<bool, DbErr> {
    let is_begun = "SELECT to_regclass('seaql_migrations') IS NOT NULL";
    let row = guard.query_one_raw(Statement::from_string(guard.get_database_backend(), is_begun)).await?;
    let is_begun = row.map_or(Ok(false), |row| row.try_get_by_index(0))?;
    Ok(is_begun && Migrator::get_pending_migrations(guard).await.is_ok_and(|pending| pending.is_empty()))
}

/// Creates the three roles where the log-in may, and lends them to it.
///
/// Roles belong to the whole Postgres cluster, so another database may be making
/// them at this very moment: an advisory lock in one database does not reach the next,
/// and the exceptions of a lost race are taken for success.
const ROLES: &str = "
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['qun_owner', 'qun_app', 'qun_system'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    -- Asked for each time: since Postgres 16 the creator of a role may administer it
    -- without being able to become it.
    BEGIN
      EXECUTE format('GRANT %I TO CURRENT_USER', name);
    EXCEPTION WHEN insufficient_privilege OR internal_error OR unique_violation THEN NULL;
    END;
  END LOOP;
  BEGIN
    EXECUTE format('GRANT CREATE, USAGE ON SCHEMA %I TO qun_owner', current_schema());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO qun_app, qun_system', current_schema());
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
END $$";
