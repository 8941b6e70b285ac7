//! Migrations that are missing, or of a later version. None is run.

use qun_infra::clock::Clock;
use qun_infra::doctor::{Level, examine_database};

use super::{examined, one};
use crate::harness::{Backend, Raw, Store, TestQun, on_both};

on_both!(a_pending_migration_is_told_and_left, a_migration_of_the_future_is_a_problem);

const COUNT: &str = "SELECT COUNT(*) FROM seaql_migrations";

async fn a_pending_migration_is_told_and_left(qun: &TestQun) {
    let login = qun.login().await;
    let last = login.texts("SELECT MAX(version) FROM seaql_migrations", vec![]).await.remove(0);
    login
        .run("DELETE FROM seaql_migrations WHERE version = $1", vec![last.as_str().into()])
        .await
        .expect("gone");
    let before = login.count(COUNT, vec![]).await;
    let found = examined(qun).await;
    let migrations = one(&found, "migrations");
    assert_eq!(migrations.level, Level::Warning);
    assert!(migrations.message.contains(&last), "{}", migrations.message);
    assert!(found.iter().all(|finding| finding.check != "jobs"), "an old schema is not asked further");
    assert_eq!(login.count(COUNT, vec![]).await, before);
}

async fn a_migration_of_the_future_is_a_problem(qun: &TestQun) {
    let login = qun.login().await;
    let add = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)";
    login.run(add, vec![]).await.expect("a row");
    let found = examined(qun).await;
    let migrations = one(&found, "migrations");
    assert_eq!(migrations.level, Level::Problem);
    assert!(migrations.message.contains("m9999_future"), "{}", migrations.message);
}

#[tokio::test]
async fn a_postgres_with_nothing_in_it_is_no_problem_and_stays_so() {
    let Some(store) = Store::empty(Backend::Postgres).await else { return };
    let found = examine_database(&store.url, &Clock::System).await;
    assert!(found.iter().all(|finding| finding.level != Level::Problem), "{found:?}");
    let raw = Raw::open(Backend::Postgres, &store.url, "none").await;
    assert_eq!(raw.tables().await, Vec::<String>::new());
    store.remove().await;
}
