use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};
use thiserror::Error;
use tokio::sync::Notify;

use super::lanes::Lanes;
use super::{Dialect, Powers, migrate};

/// After so long a connection may have been lost without anybody noticing.
const LONG_IDLE: Duration = Duration::from_secs(1);

/// The role that serves: row-level security holds it.
const APP: &str = "qun_app";

/// A migrated database, open for work.
///
/// Two doors lead in: `app`, which sees one organization at a time, and `system`,
/// the untenanted one. On `SQLite` both share one writing connection, because `SQLite`
/// has one writer, and readers have a pool of their own.
#[derive(Clone)]
pub struct Db {
    pub(super) dialect: Dialect,
    pub(super) write: DatabaseConnection,
    pub(super) read: Reads,
    pub(super) system: DatabaseConnection,
    statements: Arc<AtomicU64>,
    pub(super) bell: Arc<Notify>,
    pub(super) powers: Arc<Powers>,
}

/// Where reads go.
#[derive(Clone)]
pub(super) enum Reads {
    /// A pool of connections; each statement sees one state.
    Sqlite(DatabaseConnection),
    /// Connections that remember their tenant.
    Postgres(Arc<Lanes>),
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.dialect)
    }
}

/// Why a database cannot be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The URL names neither back end.
    #[error("database-url must begin with sqlite:// or postgres://")]
    UnknownUrl,
    /// The database refused.
    #[error("the database cannot be opened")]
    Database(#[from] DbErr),
    /// The lock file beside an `SQLite` file cannot be used.
    #[error("the migration lock beside the SQLite file cannot be taken")]
    Lock(#[from] std::io::Error),
    /// On this role row-level security would hold nobody back.
    #[error("the database role {role} could bypass row-level security ({why}); see docs/operations.md")]
    RoleCanBypass {
        /// The role that statements run under.
        role: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Db {
    /// Migrates if needed and opens `url` (`sqlite://FILE` or `postgres://…`).
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(url: &str, connections: u32) -> Result<Self, OpenError> {
        migrate(url).await?;
        Self::open_migrated(url, connections).await
    }

    /// Opens a database that is known to be migrated.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open_migrated(url: &str, connections: u32) -> Result<Self, OpenError> {
        let statements = Arc::new(AtomicU64::new(0));
        let connect = async |options: ConnectOptions| -> Result<DatabaseConnection, DbErr> {
            let mut connection = Database::connect(options).await?;
            let statements = Arc::clone(&statements);
            connection.set_metric_callback(move |_| {
                statements.fetch_add(1, Ordering::Relaxed);
            });
            Ok(connection)
        };
        if is_sqlite(url) {
            let write = connect(sqlite(url, 1, false)).await?;
            let read = Reads::Sqlite(connect(sqlite(url, connections.max(2), true)).await?);
            let system = write.clone();
            let (bell, powers) = Default::default();
            Ok(Self { dialect: Dialect::Sqlite, write, read, system, statements, bell, powers })
        } else if is_postgres(url) {
            // Writers wait for locks and readers do not: neither takes the other's connections.
            let (writers, readers) = (connections.div_ceil(2), (connections / 2).max(1));
            let write = connect(postgres(url, writers, APP)).await?;
            let read = Reads::Postgres(Arc::new(Lanes::new(url, APP, readers, Arc::clone(&statements))?));
            let system = connect(postgres(url, 3, "qun_system")).await?;
            let (bell, powers) = Default::default();
            let db = Self { dialect: Dialect::Postgres, write, read, system, statements, bell, powers };
            db.refuse_a_role_that_can_bypass().await?;
            Ok(db)
        } else {
            Err(OpenError::UnknownUrl)
        }
    }

    /// The back end.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Rings when a transaction of this process committed that told an event.
    pub(crate) fn bell(&self) -> &Notify {
        &self.bell
    }

    /// Counts the changes of what somebody may do.
    pub(crate) fn powers(&self) -> &Powers {
        &self.powers
    }

    /// How many SQL statements ran since the database was opened (not counting BEGIN and COMMIT).
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// The database's own error.
    pub async fn ping(&self) -> Result<(), DbErr> {
        match &self.read {
            Reads::Sqlite(pool) => pool.ping().await,
            Reads::Postgres(lanes) => lanes.ping().await,
        }
    }

    async fn refuse_a_role_that_can_bypass(&self) -> Result<(), OpenError> {
        let row = self
            .write
            .query_one_raw(Statement::from_string(
                self.dialect.backend(),
                "SELECT r.rolname::text, r.rolsuper, r.rolbypassrls,
                        EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relname = 'organization')
                 FROM pg_roles r WHERE r.rolname = current_user",
            ))
            .await?
            .ok_or(OpenError::UnknownUrl)?;
        let why = if row.try_get_by_index(1)? {
            "it is a superuser"
        } else if row.try_get_by_index(2)? {
            "it has BYPASSRLS"
        } else if row.try_get_by_index(3)? {
            "it owns the tables"
        } else {
            return Ok(());
        };
        Err(OpenError::RoleCanBypass { role: row.try_get_by_index(0)?, why })
    }
}

pub(crate) fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}

pub(super) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// The file behind an `SQLite` URL.
pub(crate) fn sqlite_file(url: &str) -> &str {
    let rest = url.strip_prefix("sqlite:").unwrap_or(url);
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    rest.split('?').next().unwrap_or(rest)
}

pub(super) fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let file = sqlite_file(url).to_owned();
    let mut options = ConnectOptions::new("sqlite://");
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_mins(1))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |base| {
            let base = SqliteConnectOptions::from_str("sqlite://").unwrap_or(base);
            base.filename(&file)
                .create_if_missing(!read_only)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(30))
                .pragma("cache_size", "-65536")
                .pragma("mmap_size", "268435456")
                .pragma("temp_store", "MEMORY")
                .pragma("query_only", if read_only { "ON" } else { "OFF" })
        });
    options
}

pub(super) fn postgres(url: &str, connections: u32, role: &'static str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections.max(1))
        .min_connections(0)
        .acquire_timeout(Duration::from_secs(20))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(move |base| base.options([("role", role)]).application_name("qun"))
        .map_sqlx_postgres_pool_opts(|pool| {
            // Asked only where it lay idle: under load that would be a round trip a transaction.
            pool.before_acquire(|conn, about| {
                Box::pin(async move { Ok(about.idle_for < LONG_IDLE || conn.ping().await.is_ok()) })
            })
        });
    options
}
