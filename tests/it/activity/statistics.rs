//! After a large import the database plans for the tables as they are.

use qun_domain::time::Timestamp;

use crate::harness::{Backend, TestQun, at, message};

const ROWS: i64 = 10_000;

#[tokio::test]
async fn a_large_import_is_followed_by_statistics() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let scope = qun.with_operator().await;
    qun.group(&scope, "garden", None).await;
    let login = qun.login().await;
    let known = "SELECT reltuples::bigint FROM pg_class WHERE relname = 'interaction'";
    assert_eq!(login.count(known, vec![]).await, -1, "nobody has looked at the table");

    let start = at("2026-07-01 08:00");
    let sent =
        |n: i64| message(format!("m{n}"), &format!("u{}", n % 50), start.plus_millis(n * Timestamp::SECOND));
    qun.recorded(&scope, "garden", (0..ROWS).map(sent).collect()).await;
    assert_eq!(login.count(known, vec![]).await, ROWS);
    drop(login);
    qun.close().await;
}
