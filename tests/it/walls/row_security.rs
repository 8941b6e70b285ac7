//! Wall 3: with the wall of types by-passed, Postgres still shows and takes no foreign row.

use sea_orm::prelude::Uuid;

use super::tenants::two;
use crate::harness::{Backend, Raw, TestQun};

/// Runs the rest of the test on Postgres; `SQLite` has no such wall.
async fn postgres() -> Option<TestQun> {
    TestQun::new(Backend::Postgres).await
}

async fn enter(raw: &Raw, org: Uuid) {
    raw.script(&format!("SET LOCAL qun.org_id = '{org}'")).await;
}

async fn rows_of(raw: &Raw, table: &str, org: Uuid) -> i64 {
    raw.count(&format!("SELECT COUNT(*) FROM {table} WHERE org_id = $1"), vec![org.into()]).await
}

#[tokio::test]
async fn a_select_without_a_filter_sees_one_tenant() {
    let Some(qun) = postgres().await else { return };
    let (ours, theirs) = two(&qun).await;
    let (system, app) = (qun.system().await, qun.app().await);
    for table in system.tenant_tables().await {
        let held = rows_of(&system, &table, ours.id()).await;
        assert!(
            held > 0 && rows_of(&system, &table, theirs.id()).await > 0,
            "{table} is empty in the fixture"
        );
        app.script("BEGIN").await;
        enter(&app, ours.id()).await;
        let all = app.count(&format!("SELECT COUNT(*) FROM {table}"), vec![]).await;
        let foreign = rows_of(&app, &table, theirs.id()).await;
        app.script("ROLLBACK").await;
        assert_eq!((all, foreign), (held, 0), "{table}");
    }
    qun.close().await;
}

/// Also in a connection that named a tenant before and rolled back: the setting is
/// then an empty text, not absent.
#[tokio::test]
async fn without_the_setting_there_is_no_row() {
    let Some(qun) = postgres().await else { return };
    let (ours, _) = two(&qun).await;
    let app = qun.app().await;
    for named_before in [false, true] {
        if named_before {
            app.script("BEGIN").await;
            enter(&app, ours.id()).await;
            app.script("ROLLBACK").await;
        }
        for table in app.tenant_tables().await {
            let seen = app.count(&format!("SELECT COUNT(*) FROM {table}"), vec![]).await;
            assert_eq!(seen, 0, "{table}, named before: {named_before}");
        }
    }
    qun.close().await;
}

#[tokio::test]
async fn a_foreign_row_cannot_be_changed_or_removed() {
    let Some(qun) = postgres().await else { return };
    let (ours, theirs) = two(&qun).await;
    let app = qun.app().await;
    for table in app.tenant_tables().await {
        for statement in
            ["UPDATE {} SET org_id = org_id WHERE org_id = $1", "DELETE FROM {} WHERE org_id = $1"]
        {
            app.script("BEGIN").await;
            enter(&app, ours.id()).await;
            // Append-only tables refuse at all; the others find nothing.
            let touched = app.run(&statement.replace("{}", &table), vec![theirs.id().into()]).await;
            app.script("ROLLBACK").await;
            assert_eq!(touched.unwrap_or(0), 0, "{table}: {statement}");
        }
    }
    qun.close().await;
}

#[tokio::test]
async fn a_row_cannot_be_given_to_another_tenant() {
    let Some(qun) = postgres().await else { return };
    let (ours, theirs) = two(&qun).await;
    let app = qun.app().await;
    for (table, columns, values) in [
        ("person", "id, created_at", "gen_random_uuid(), 0"),
        ("community", "id, name, time_zone, created_at", "gen_random_uuid(), 'x', 'UTC', 0"),
    ] {
        let insert = format!("INSERT INTO {table} (org_id, {columns}) VALUES ($1, {values})");
        for (org, is_ours) in [(ours.id(), true), (theirs.id(), false)] {
            app.script("BEGIN").await;
            enter(&app, ours.id()).await;
            let inserted = app.run(&insert, vec![org.into()]).await;
            app.script("ROLLBACK").await;
            assert_eq!(inserted.is_ok(), is_ours, "{table}: {inserted:?}");
        }
    }
    let moved = "UPDATE person SET org_id = $1";
    app.script("BEGIN").await;
    enter(&app, ours.id()).await;
    let error = app.run(moved, vec![theirs.id().into()]).await.expect_err(moved);
    app.script("ROLLBACK").await;
    assert!(error.to_string().contains("row-level security"), "{error}");
    qun.close().await;
}

#[tokio::test]
async fn the_system_door_sees_everybody() {
    let Some(qun) = postgres().await else { return };
    let (ours, theirs) = two(&qun).await;
    let seen = qun.system().await.count("SELECT COUNT(*) FROM organization", vec![]).await;
    assert_eq!(seen, 2, "{} and {}", ours.id(), theirs.id());
    qun.close().await;
}
