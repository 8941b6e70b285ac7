//! Reading connections keep the setting of their tenant between reads.

use futures_util::future::join_all;
use qun_domain::fault::Fault;
use qun_infra::db::{OrgRead, TenantSql};
use sea_orm::QueryResult;

use crate::harness::{Backend, TestQun};

/// Forgets the tenant, as a defect would: only the database stands in the way.
const EVERY_GROUP: &str = "SELECT name FROM chat_group WHERE $1::uuid IS NOT NULL";

async fn names(read: &OrgRead) -> Vec<String> {
    let rows = read.rows(EVERY_GROUP, Vec::new()).await.unwrap_or_else(|fault| panic!("{}", fault.chain()));
    rows.iter().map(|row: &QueryResult| row.try_get_by_index(0).expect("a name")).collect()
}

#[tokio::test]
async fn tenants_that_take_turns_see_their_own_rows() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    qun.group(&org.owner, "ours", None).await;
    qun.group(&org.stranger, "theirs", None).await;
    // Two reading connections, forty readers: each connection changes hands many times.
    let readers = (0..40).map(|n| {
        let (scope, expected) = if n % 2 == 0 { (&org.owner, "ours") } else { (&org.stranger, "theirs") };
        let read = qun.read(scope);
        async move { assert_eq!(names(&read).await, [expected]) }
    });
    join_all(readers).await;
    qun.close().await;
}

#[tokio::test]
async fn who_stops_in_the_middle_leaves_nothing_behind() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    qun.group(&org.owner, "ours", None).await;
    let read = qun.read(&org.owner);
    for _ in 0..8 {
        let many = "SELECT n FROM generate_series(1, 100000) n WHERE $1::uuid IS NOT NULL";
        let stopped = read.each(many, Vec::new(), |_| Err(Fault::new("enough"))).await;
        assert_eq!(stopped.map_err(|fault| fault.chain()), Err("enough".to_owned()));
        assert_eq!(names(&read).await, ["ours"]);
    }
    qun.close().await;
}

#[tokio::test]
async fn a_connection_that_was_lost_is_replaced() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    qun.group(&org.owner, "ours", None).await;
    qun.group(&org.stranger, "theirs", None).await;
    let (ours, theirs) = (qun.read(&org.owner), qun.read(&org.stranger));
    let login = qun.login().await;
    for _ in 0..3 {
        assert_eq!(names(&ours).await, ["ours"]);
        login
            .script("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL AND application_name = 'qun'")
            .await;
        assert_eq!(names(&theirs).await, ["theirs"]);
        // Writers find another connection too.
        qun.community(&org.owner, "after").await;
    }
    drop(login);
    qun.close().await;
}

#[tokio::test]
async fn a_reading_connection_cannot_write() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    let read = qun.read(&org.owner);
    let written =
        read.rows("UPDATE chat_group SET name = 'x' WHERE org_id = $1 RETURNING name", Vec::new()).await;
    assert!(written.expect_err("a refusal").chain().contains("read-only transaction"));
    qun.close().await;
}
