//! Reading connections of Postgres, each of which remembers its tenant.
//!
//! A read in a transaction of its own takes five round trips: begin, name the tenant,
//! ask, commit, and the ping with which a pool takes its connection back. Here the tenant
//! is a setting of the session, so a read takes one where the connection served the same
//! organization before, and two where it did not. The connections can only read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::TryStreamExt;
use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use sea_orm::sea_query::Values;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection, Executor};
use sea_orm::{DbErr, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};

use super::{PoolUse, TRIES, fault, is_lost};

/// How long a read waits for a connection before it is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// After this a connection is replaced: what the server keeps for it does not grow for ever.
const LONGEST_LIFE: Duration = Duration::from_mins(30);

/// Prepared statements that a connection keeps.
const STATEMENTS: usize = 256;

/// Why a read ended early.
enum Broken {
    Database(DbErr),
    Other(Fault),
}

impl From<Broken> for Fault {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Database(error) => fault("reading rows")(error),
            Broken::Other(fault) => fault,
        }
    }
}

/// Where rows go as they arrive.
trait Rows {
    fn take(&mut self, row: QueryResult) -> Result<(), Fault>;
    /// Forgets what has come, to begin again; `false` where somebody has seen it.
    fn begin_again(&mut self) -> bool;
}

impl Rows for Vec<QueryResult> {
    fn take(&mut self, row: QueryResult) -> Result<(), Fault> {
        self.push(row);
        Ok(())
    }

    fn begin_again(&mut self) -> bool {
        self.clear();
        true
    }
}

/// Rows that somebody sees one by one.
struct Seen<F> {
    see: F,
    any: bool,
}

impl<F: FnMut(QueryResult) -> Result<(), Fault>> Rows for Seen<F> {
    fn take(&mut self, row: QueryResult) -> Result<(), Fault> {
        self.any = true;
        (self.see)(row)
    }

    fn begin_again(&mut self) -> bool {
        !self.any
    }
}

/// The reading connections of a process.
pub(super) struct Lanes {
    options: PgConnectOptions,
    idle: Mutex<Vec<Lane>>,
    places: Semaphore,
    most: usize,
    statements: Arc<AtomicU64>,
}

struct Lane {
    conn: PgConnection,
    /// Whose rows the session shows; unknown while that is being changed.
    org: Option<OrgId>,
    born: Instant,
}

impl Lanes {
    /// At most `most` connections under the role, made when they are needed.
    pub(super) fn new(
        url: &str,
        role: &'static str,
        most: u32,
        statements: Arc<AtomicU64>,
    ) -> Result<Self, DbErr> {
        let options: PgConnectOptions = url.parse().map_err(error)?;
        let options = options
            .options([("role", role), ("default_transaction_read_only", "on")])
            .application_name("qun")
            .statement_cache_capacity(STATEMENTS)
            .disable_statement_logging();
        let most = usize::try_from(most).unwrap_or(usize::MAX).max(1);
        Ok(Self { options, idle: Mutex::default(), places: Semaphore::new(most), most, statements })
    }

    /// All rows of a statement of one organization.
    pub(super) async fn rows(&self, org: OrgId, statement: Statement) -> Result<Vec<QueryResult>, Fault> {
        let mut rows = Vec::new();
        self.ask_until_answered(org, statement, &mut rows).await?;
        Ok(rows)
    }

    /// Hands each row of a statement of one organization to `see` as it arrives.
    pub(super) async fn each(
        &self,
        org: OrgId,
        statement: Statement,
        see: impl FnMut(QueryResult) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.ask_until_answered(org, statement, &mut Seen { see, any: false }).await
    }

    async fn ask_until_answered(
        &self,
        org: OrgId,
        statement: Statement,
        rows: &mut impl Rows,
    ) -> Result<(), Fault> {
        let _place = self.place().await?;
        let values = statement.values.unwrap_or(Values(Vec::new()));
        let mut used = self.used_lane(org).await;
        for _ in 1..TRIES {
            match self.attempt(org, used.take(), &statement.sql, values.clone(), rows).await {
                // One that lay idle may have been lost long ago, and then so were the others.
                Err(Broken::Database(error)) if is_lost(&error) && rows.begin_again() => self.forget_all(),
                asked => return asked.map_err(Fault::from),
            }
        }
        self.attempt(org, None, &statement.sql, values, rows).await.map_err(Fault::from)
    }

    /// Asks on this lane, or on a new one.
    async fn attempt(
        &self,
        org: OrgId,
        lane: Option<Lane>,
        sql: &str,
        values: Values,
        rows: &mut impl Rows,
    ) -> Result<(), Broken> {
        let lane = match lane {
            Some(lane) => lane,
            // A server that cannot be reached is not asked again.
            None => self.fresh(org).await.map_err(Broken::Other)?,
        };
        self.ask(lane, sql, values, rows).await
    }

    /// Asks, and puts the lane back. Who stops in the middle, by an error or because nobody
    /// waits any more, closes it instead, and leaves no half-read answer to the next.
    async fn ask(
        &self,
        mut lane: Lane,
        sql: &str,
        values: Values,
        rows: &mut impl Rows,
    ) -> Result<(), Broken> {
        let query = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(values));
        self.statements.fetch_add(1, Ordering::Relaxed);
        {
            let mut answer = lane.conn.fetch(query);
            while let Some(row) = answer.try_next().await.map_err(|lost| Broken::Database(error(lost)))? {
                rows.take(row.into()).map_err(Broken::Other)?;
            }
        }
        self.put_back(lane);
        Ok(())
    }

    /// How the connections stand.
    pub(super) fn state(&self) -> PoolUse {
        let number = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).len();
        let used = self.most.saturating_sub(self.places.available_permits());
        PoolUse { pool: "read", used: number(used), idle: number(idle), most: number(self.most) }
    }

    /// Whether the server answers.
    pub(super) async fn ping(&self) -> Result<(), DbErr> {
        let mut lane = match self.take(|_| true) {
            Some(lane) => lane,
            None => self.open().await?,
        };
        lane.conn.ping().await.map_err(error)?;
        self.put_back(lane);
        Ok(())
    }

    async fn place(&self) -> Result<SemaphorePermit<'_>, Fault> {
        match timeout(PATIENCE, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(Fault::new("no reading connection became free in time")),
        }
    }

    /// A lane that was used before and shows the organization's rows: best one that does already.
    async fn used_lane(&self, org: OrgId) -> Option<Lane> {
        if let Some(lane) = self.take(|lane| lane.org == Some(org)) {
            return Some(lane);
        }
        let mut lane = self.take(|_| true)?;
        if lane.turn_to(org).await.is_err() {
            self.forget_all();
            return None;
        }
        Some(lane)
    }

    /// A new lane for the organization.
    async fn fresh(&self, org: OrgId) -> Result<Lane, Fault> {
        let opening = async {
            let mut lane = self.open().await.map_err(fault("connecting to read"))?;
            lane.turn_to(org).await.map_err(fault("naming the tenant"))?;
            Ok(lane)
        };
        timeout(PATIENCE, opening).await.unwrap_or_else(|_| Err(Fault::new("no reading connection in time")))
    }

    async fn open(&self) -> Result<Lane, DbErr> {
        let conn = PgConnection::connect_with(&self.options).await.map_err(error)?;
        Ok(Lane { conn, org: None, born: Instant::now() })
    }

    /// The lane that was put back last among those that fit.
    fn take(&self, fits: impl Fn(&Lane) -> bool) -> Option<Lane> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let place = idle.iter().rposition(fits)?;
        Some(idle.remove(place))
    }

    fn put_back(&self, lane: Lane) {
        if lane.born.elapsed() < LONGEST_LIFE {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(lane);
        }
    }

    fn forget_all(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Lane {
    async fn turn_to(&mut self, org: OrgId) -> Result<(), DbErr> {
        self.org = None;
        let name = format!("SET qun.org_id = '{org}'");
        sqlx::raw_sql(AssertSqlSafe(name)).execute(&mut self.conn).await.map_err(error)?;
        self.org = Some(org);
        Ok(())
    }
}

fn error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}
