//! What cannot be moved is refused, and leaves both sides as they were.

use std::path::Path;

use qun_infra::db::{MoveError, migrate};

use super::{contents, moved};
use crate::harness::{Backend, Raw, Store, TestQun, on_both, run};
use crate::walls::two;

on_both!(
    a_target_with_rows_is_refused,
    a_target_with_tables_of_others_is_left,
    a_target_of_another_version_is_refused,
    a_target_that_changes_what_comes_is_found_out,
    a_source_of_another_version_makes_no_target,
);

async fn a_target_with_rows_is_refused(qun: &TestQun) {
    two(qun).await;
    let Some(target) = TestQun::new(qun.backend).await else { return };
    let before = contents(&target.system().await).await;
    match moved(qun.url(), target.url()).await {
        // Whoever opened it made a key.
        Err(MoveError::NotEmpty(tables)) => assert_eq!(tables, "signing_key"),
        other => panic!("{other:?}"),
    }
    assert_eq!(contents(&target.system().await).await, before);
    assert!(matches!(moved(qun.url(), qun.url()).await, Err(MoveError::NotEmpty(_))), "onto itself");
    target.close().await;
}

async fn a_target_with_tables_of_others_is_left(qun: &TestQun) {
    let Some(target) = Store::empty(qun.backend).await else { return };
    if qun.backend == Backend::Sqlite {
        std::fs::File::create(target.url.trim_start_matches("sqlite://")).expect("a file");
    }
    let raw = Raw::open(qun.backend, &target.url, "none").await;
    raw.script("CREATE TABLE theirs (id integer)").await;
    match moved(qun.url(), &target.url).await {
        Err(MoveError::Foreign(tables)) => assert_eq!(tables, "theirs"),
        other => panic!("{other:?}"),
    }
    assert_eq!(raw.tables().await, ["theirs"]);
    target.remove().await;
}

async fn a_target_of_another_version_is_refused(qun: &TestQun) {
    let Some(target) = Store::migrated(qun.backend).await else { return };
    let raw = Raw::open(qun.backend, &target.url, "none").await;
    let future = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)";
    raw.run(future, vec![]).await.expect("a row");
    match moved(qun.url(), &target.url).await {
        Err(MoveError::OtherVersion("target", why, _)) => assert_eq!(why, "unknown: m9999_future"),
        other => panic!("{other:?}"),
    }
    target.remove().await;
}

async fn a_source_of_another_version_makes_no_target(qun: &TestQun) {
    let login = qun.login().await;
    let last = "DELETE FROM seaql_migrations WHERE version = (SELECT MAX(version) FROM seaql_migrations)";
    login.run(last, vec![]).await.expect("a row less");
    let target = Store::empty(Backend::Sqlite).await.expect("a directory");
    assert!(matches!(moved(qun.url(), &target.url).await, Err(MoveError::OtherVersion("source", ..))));
    assert!(!Path::new(target.url.trim_start_matches("sqlite://")).exists());
    target.remove().await;
}

/// Somebody else's trigger loses a row: the move is undone.
async fn a_target_that_changes_what_comes_is_found_out(qun: &TestQun) {
    two(qun).await;
    let Some(target) = Store::empty(qun.backend).await else { return };
    migrate(&target.url).await.expect("migrations");
    let raw = Raw::open(qun.backend, &target.url, "none").await;
    let statements: &[&str] = match qun.backend {
        Backend::Sqlite => {
            &["CREATE TRIGGER theirs AFTER INSERT ON outbox BEGIN UPDATE outbox SET name = 'x'; END"]
        }
        Backend::Postgres => &[
            "CREATE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN NEW.name := ''x''; RETURN NEW; END'",
            "CREATE TRIGGER theirs BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION theirs()",
        ],
    };
    for statement in statements {
        raw.script(statement).await;
    }
    match moved(qun.url(), &target.url).await {
        Err(MoveError::Mismatch(tables)) => assert!(tables.starts_with("outbox: "), "{tables}"),
        other => panic!("{other:?}"),
    }
    let system = Raw::open(qun.backend, &target.url, "qun_system").await;
    assert!(contents(&system).await.values().all(Vec::is_empty), "rows stayed");
    target.remove().await;
}

#[tokio::test]
async fn rows_that_the_system_door_does_not_see_stop_the_move() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    qun.login().await.script("DROP POLICY system_door ON person").await;
    let target = Store::empty(Backend::Sqlite).await.expect("a directory");
    match moved(qun.url(), &target.url).await {
        Err(MoveError::Hidden("source", table)) => assert_eq!(table, "person"),
        other => panic!("{other:?}"),
    }
    assert!(!Path::new(target.url.trim_start_matches("sqlite://")).exists());
    target.remove().await;
    qun.close().await;
}

#[tokio::test]
async fn the_command_refuses_without_a_secret() {
    let store = Store::migrated(Backend::Sqlite).await.expect("a file");
    let ran = run(&store.url, &["move", "--to", "mysql://ann:secret-word@db/qun"]).await;
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(!ran.err.contains("secret-word"), "{}", ran.err);
    let ran = run(&store.url, &["move", "--to", &store.url]).await;
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    let ran = run(&store.url, &["move", "--to", "postgres://ann:secret-word@127.0.0.1:1/qun"]).await;
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(ran.err.contains("nothing was moved") && !ran.err.contains("secret-word"), "{}", ran.err);
    store.remove().await;
}
