//! A connection to Postgres that is lost in the middle of a transaction costs time, and no answer.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use qun_domain::access::{AuditPort, Capability};
use qun_domain::command::{Command, Outcome};
use qun_infra::db::{OrgTx, RequestKey, TenantSql};
use serde_json::json;

use crate::harness::{Backend, Raw, TestQun};

const CONNECTION: &str = "SELECT pg_backend_pid()::text WHERE $1::uuid IS NOT NULL";

/// Writes, and is cut off the first few times.
#[derive(Clone)]
struct Unlucky {
    login: Arc<Raw>,
    to_lose: Arc<AtomicU32>,
    tried: Arc<AtomicU32>,
}

impl Unlucky {
    async fn new(qun: &TestQun, losses: u32) -> Self {
        let login = Arc::new(qun.login().await);
        Self { login, to_lose: Arc::new(losses.into()), tried: Arc::default() }
    }

    fn tried(&self) -> u32 {
        self.tried.load(Ordering::Relaxed)
    }
}

impl Command<OrgTx> for Unlucky {
    const NAME: &'static str = "tests.unlucky";
    const CAPABILITY: Capability = Capability::Read;
    type Out = u32;
    type Refusal = Infallible;

    async fn run(self, tx: &mut OrgTx) -> Outcome<u32, Infallible> {
        let tried = 1 + self.tried.fetch_add(1, Ordering::Relaxed);
        tx.audit("luck".to_owned(), json!({ "tried": tried }));
        let lose = |left: u32| left.checked_sub(1);
        if self.to_lose.fetch_update(Ordering::Relaxed, Ordering::Relaxed, lose).is_ok() {
            let rows = tx.rows(CONNECTION, Vec::new()).await?;
            let connection: String = rows[0].try_get_by_index(0).expect("a number");
            self.login.script(&format!("SELECT pg_terminate_backend({connection})")).await;
        }
        tx.rows(CONNECTION, Vec::new()).await?;
        Ok(tried)
    }
}

async fn audited(qun: &TestQun) -> i64 {
    qun.system().await.count("SELECT COUNT(*) FROM audit_log WHERE verb = 'tests.unlucky'", vec![]).await
}

#[tokio::test]
async fn what_was_not_committed_is_run_again() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    let unlucky = Unlucky::new(&qun, 2).await;
    assert_eq!(qun.writer.execute(&org.owner, unlucky.clone()).await.ok(), Some(3));
    assert_eq!((unlucky.tried(), audited(&qun).await), (3, 1));

    let key = RequestKey::new("k", [7; 32]).expect("a key");
    let unlucky = Unlucky::new(&qun, 1).await;
    let once = async || qun.writer.execute_once(&org.owner, &key, unlucky.clone()).await;
    assert_eq!(once().await.expect("the same body").ok(), Some(2));
    assert_eq!(once().await.expect("the same body").ok(), Some(2), "what was answered first");
    assert_eq!((unlucky.tried(), audited(&qun).await), (2, 2));
    drop(unlucky);
    qun.close().await;
}

#[tokio::test]
async fn who_is_cut_off_each_time_is_told_so() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    let unlucky = Unlucky::new(&qun, u32::MAX).await;
    assert!(qun.writer.execute(&org.owner, unlucky.clone()).await.is_err());
    assert_eq!((unlucky.tried(), audited(&qun).await), (3, 0), "it does not go on for ever");
    drop(unlucky);
    qun.close().await;
}

const SLOW: &str = "SELECT 'unlucky', pg_sleep(1)::text WHERE $1::uuid IS NOT NULL";
const CUT: &str = "SELECT pid::text, pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT ''unlucky''%'";

/// Cuts off so many connections that ask for [`SLOW`].
async fn cut(login: &Raw, times: usize) {
    let mut gone = HashSet::new();
    while gone.len() < times {
        // One that was cut off is there for a moment yet.
        gone.extend(login.texts(CUT, vec![]).await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_read_of_which_nothing_has_come_is_asked_again() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    let (login, read) = (qun.login().await, qun.read(&org.owner));
    let (rows, ()) = tokio::join!(read.rows(SLOW, vec![]), cut(&login, 2));
    assert_eq!(rows.expect("the third connection").len(), 1);
    let (rows, ()) = tokio::join!(read.rows(SLOW, vec![]), cut(&login, 3));
    assert!(rows.is_err(), "it does not go on for ever");
    drop((login, read));
    qun.close().await;
}
