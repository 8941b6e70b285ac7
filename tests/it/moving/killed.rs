//! A move that is killed leaves an empty target, and is simply run again.

use std::process::Stdio;

use super::contents;
use crate::harness::{Backend, Raw, Store, command, run, until};

async fn killed_and_run_again(backend: Backend) {
    let Some(to) = Store::empty(backend).await else { return };
    let from = Store::migrated(Backend::Sqlite).await.expect("a file");
    let raw = Raw::open(Backend::Sqlite, &from.url, "none").await;
    raw.script(MANY).await;

    let mut child = command(&from.url, &["move", "--to", &to.url])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a move that starts");
    let migrated = until(
        || "a migrated target".to_owned(),
        async || {
            let ended = child.try_wait().expect("a child");
            assert!(ended.is_none(), "the move ended before it was killed: {ended:?}");
            tables(backend, &to.url).await.filter(|tables| *tables > 15)
        },
    );
    migrated.await;
    child.kill().and_then(|()| child.wait()).expect("a killed move");

    let target = Raw::open(backend, &to.url, "qun_system").await;
    let held = contents(&target).await;
    assert!(held.values().all(Vec::is_empty), "a part of the rows is there");
    let ran = run(&from.url, &["move", "--to", &to.url]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(target.count("SELECT COUNT(*) FROM account", vec![]).await, 60_000);
    to.remove().await;
    from.remove().await;
}

/// How many tables the target has; none while it is not there.
async fn tables(backend: Backend, url: &str) -> Option<usize> {
    if backend == Backend::Sqlite && !std::path::Path::new(url.trim_start_matches("sqlite://")).exists() {
        return None;
    }
    Some(Raw::open(backend, url, "none").await.tables().await.len())
}

/// Enough to be at it for a while.
const MANY: &str = "
WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60000)
INSERT INTO account (id, email, password_hash, display_name, created_at)
SELECT randomblob(16), 'a' || n || '@acme.example', '-', printf('%0300d', n), n FROM n";

#[tokio::test]
async fn on_its_way_to_a_file() {
    killed_and_run_again(Backend::Sqlite).await;
}

#[tokio::test]
async fn on_its_way_to_postgres() {
    killed_and_run_again(Backend::Postgres).await;
}
