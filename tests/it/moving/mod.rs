//! `qun move`: everything arrives on the other back end, or nothing does.

mod killed;
mod refused;
mod served;

use std::collections::BTreeMap;

use qun_infra::db::{MoveError, Moved, Step, move_everything};

use crate::harness::{Backend, Raw, Store, TestQun, on_both};
use crate::walls::two;

on_both!(every_table_is_moved, a_source_that_is_served_is_warned_of);

async fn moved(from: &str, to: &str) -> Result<Moved, MoveError> {
    move_everything(from, to, &mut |_| ()).await
}

/// What a database holds: the rows of each table as lines, in the order of the alphabet.
async fn contents(raw: &Raw) -> BTreeMap<String, Vec<String>> {
    let mut contents = BTreeMap::new();
    for table in raw.tables().await.into_iter().filter(|table| table != "seaql_migrations") {
        let columns = raw.columns(&table).await;
        let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut lines = raw.lines(&table, &columns, "", vec![]).await;
        lines.sort();
        contents.insert(table, lines);
    }
    contents
}

/// Read off the catalogue of the tests: a table that the move forgot would be missed here.
async fn every_table_is_moved(qun: &TestQun) {
    two(qun).await;
    let held = contents(&qun.system().await).await;
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(to) = Store::empty(backend).await else { continue };
        let mut counted = (0, 0, 0);
        let mut tell = |step: Step<'_>| match step {
            Step::SourceInUse => {}
            Step::Counted(rows) => counted.0 += rows,
            Step::Copied(_, rows) => counted.1 += rows,
            Step::Checked(_, rows) => counted.2 += rows,
        };
        let moved = move_everything(qun.url(), &to.url, &mut tell).await.expect("moved");
        let told: BTreeMap<_, _> =
            moved.tables.iter().map(|table| (table.name.as_str(), table.rows)).collect();
        let rows: BTreeMap<_, _> =
            held.iter().map(|(name, rows)| (name.as_str(), rows.len() as u64)).collect();
        assert_eq!(told, rows);
        let all = rows.values().sum::<u64>();
        assert_eq!(counted, (all, all, all), "the steps tell of every row");
        assert_eq!((moved.not_ours.len(), moved.left_behind), (0, false));
        to.remove().await;
    }
}

async fn a_source_that_is_served_is_warned_of(qun: &TestQun) {
    qun.with_org().await;
    let copy = Store::empty(Backend::Sqlite).await.expect("a directory");
    assert!(warns(qun.url(), &copy.url).await, "whoever opened it has it open still");
    let second = Store::empty(Backend::Sqlite).await.expect("a directory");
    assert!(!warns(&copy.url, &second.url).await, "nobody has it open any more");
    copy.remove().await;
    second.remove().await;
}

async fn warns(from: &str, to: &str) -> bool {
    let mut warned = false;
    move_everything(from, to, &mut |step| warned |= step == Step::SourceInUse).await.expect("moved");
    warned
}

/// Over both back ends and both ways between them; what comes home is what left.
#[tokio::test]
async fn everything_arrives_there_and_back() {
    let Some(qun) = TestQun::new(Backend::Sqlite).await else { return };
    let (ours, _) = two(&qun).await;
    let raw = qun.system().await;
    odd_values(&raw, ours.id()).await;
    for table in raw.tenant_tables().await {
        let rows = raw.count(&format!("SELECT COUNT(*) FROM {table}"), vec![]).await;
        assert!(rows > 0, "{table} is empty in the fixture");
    }
    let (Some(there), Some(again)) =
        (Store::empty(Backend::Postgres).await, Store::empty(Backend::Postgres).await)
    else {
        return;
    };
    let (home, copy) = (Store::empty(Backend::Sqlite).await, Store::empty(Backend::Sqlite).await);
    let (home, copy) = (home.expect("a file"), copy.expect("a file"));
    let first = moved(qun.url(), &there.url).await.expect("to Postgres");
    for (from, to) in [(&there, &again), (&again, &home)] {
        // The sums do not depend on the back end.
        assert_eq!(moved(&from.url, &to.url).await.expect("moved"), first);
    }
    moved(&home.url, &copy.url).await.expect("to a file");
    let before = contents(&raw).await;
    for file in [&home, &copy] {
        let after = contents(&Raw::open(Backend::Sqlite, &file.url, "none").await).await;
        assert_eq!(after, before);
    }
    for store in [there, again, home, copy] {
        store.remove().await;
    }
    qun.close().await;
}

/// More rows than travel at once, and values at the edge of what columns hold.
async fn odd_values(raw: &Raw, org: sea_orm::prelude::Uuid) {
    let many = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 12001)
                INSERT INTO person (org_id, id, display_name, named_at, created_at)
                SELECT $1, randomblob(16),
                       CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'O''Neil \"\\ {NULL,} 群 🌷' || char(10)
                                  ELSE 'person ' || n END,
                       CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN -9223372036854775807 ELSE 9223372036854775807 END, n
                FROM n";
    raw.run(many, vec![org.into()]).await.expect("persons");
    let odd = "UPDATE tier_score SET raw_frequency = 0.1 + 0.2, raw_quality = -0.0, raw_events = 1e308,
                                     raw_invites = 5e-324, raw_violations = NULL";
    raw.run(odd, vec![]).await.expect("scores");
    raw.run("UPDATE interaction SET content = x'00ff00', text = char(127)", vec![])
        .await
        .expect("interactions");
}
