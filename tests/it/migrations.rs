//! Migrations: once, whoever starts, and to the same tables on both back ends.

use futures_util::future::join_all;
use qun_infra::db::{Db, migrate};
use qun_migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

use crate::harness::{Backend, Raw, Store, TestQun};

async fn applied(raw: &Raw) -> usize {
    let count = raw.count("SELECT COUNT(*) FROM seaql_migrations", vec![]).await;
    usize::try_from(count).expect("a count")
}

async fn a_second_run_changes_nothing(backend: Backend) {
    let Some(store) = Store::empty(backend).await else { return };
    for _ in 0..2 {
        migrate(&store.url).await.expect("migrations");
        let raw = Raw::open(backend, &store.url, "none").await;
        assert_eq!(applied(&raw).await, Migrator::migrations().len());
    }
    Db::open(&store.url, 2).await.expect("an open database");
    store.remove().await;
}

/// Servers on threads of their own, each with a runtime, as processes have it.
async fn servers_that_start_at_once_migrate_once(backend: Backend) {
    let Some(store) = Store::empty(backend).await else { return };
    let servers = (0..4).map(|_| {
        let url = store.url.clone();
        tokio::task::spawn_blocking(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async { Db::open(&url, 2).await.map(|_| ()) })
        })
    });
    for server in join_all(servers).await {
        server.expect("no panic").expect("an open database");
    }
    let raw = Raw::open(backend, &store.url, "none").await;
    assert_eq!(applied(&raw).await, Migrator::migrations().len());
    store.remove().await;
}

/// A table in the way of a late migration stands for a process that is killed there.
async fn what_breaks_off_leaves_nothing(backend: Backend) {
    let Some(store) = Store::empty(backend).await else { return };
    if backend == Backend::Sqlite {
        std::fs::File::create(store.url.trim_start_matches("sqlite://")).expect("a file");
    }
    let raw = Raw::open(backend, &store.url, "none").await;
    raw.script("CREATE TABLE request_key (id integer)").await;
    migrate(&store.url).await.expect_err("a table is in the way");
    let mut left = raw.tables().await;
    left.retain(|table| table != "seaql_migrations");
    assert_eq!(left, ["request_key"]);
    raw.script("DROP TABLE request_key").await;
    migrate(&store.url).await.expect("migrations");
    assert_eq!(applied(&raw).await, Migrator::migrations().len());
    store.remove().await;
}

/// Whoever was a member before there were assignments holds one afterwards, in every tenant.
async fn members_become_assignments(backend: Backend) {
    let Some(store) = Store::empty(backend).await else { return };
    if backend == Backend::Sqlite {
        std::fs::File::create(store.url.trim_start_matches("sqlite://")).expect("a file");
    }
    let before = Migrator::migrations().iter().position(|one| one.name() == "m0011_role_assignments");
    let steps = u32::try_from(before.expect("the migration")).expect("a count");
    let mut options = ConnectOptions::new(&store.url);
    options.max_connections(1);
    let conn = Database::connect(options).await.expect("a connection");
    if backend == Backend::Postgres {
        // As they are made by whoever migrates, so that row-level security holds.
        let owner = "GRANT ALL ON SCHEMA public TO qun_owner; SET ROLE qun_owner";
        conn.execute_unprepared(owner).await.expect("the role of who migrates");
    }
    Migrator::up(&conn, Some(steps)).await.expect("the migrations before");
    let raw = Raw::open(backend, &store.url, "none").await;
    let id = |n: u128| sea_orm::sea_query::Value::from(sea_orm::prelude::Uuid::from_u128(n));
    for org in [1, 2] {
        let sql = "INSERT INTO organization (org_id, slug, name, time_zone, created_at) VALUES ($1, $2, $2, 'UTC', 0)";
        raw.run(sql, vec![id(org), format!("org{org}").into()]).await.expect("an organization");
        for (n, role) in ["OWNER", "ADMIN", "READ_ONLY"].into_iter().enumerate() {
            let account = org * 10 + n as u128;
            let sql = "INSERT INTO account (id, email, password_hash, display_name, created_at)
                       VALUES ($1, $2, '', '', 0)";
            raw.run(sql, vec![id(account), format!("{account}@a.example").into()]).await.expect("an account");
            let sql = "INSERT INTO org_account (org_id, account_id, role, created_at) VALUES ($1, $2, $3, 7)";
            raw.run(sql, vec![id(org), id(account), role.into()]).await.expect("a member");
        }
    }
    migrate(&store.url).await.expect("the migrations");
    let sql = "SELECT role || ' ' || COALESCE(rank, '') || ' ' || began_at FROM role_assignment
               WHERE account_id = id AND scope_id = org_id ORDER BY role, org_id";
    let held = raw.texts(sql, vec![]).await;
    let expected = ["ADMINISTRATOR OWNER_CANDIDATE 7", "ANALYST INTERN 7", "OWNER  7"];
    assert_eq!(held, expected.iter().flat_map(|line| [*line, *line]).collect::<Vec<_>>());
    store.remove().await;
}

mod sqlite {
    use super::*;

    #[tokio::test]
    async fn with_members() {
        members_become_assignments(Backend::Sqlite).await;
    }

    #[tokio::test]
    async fn twice() {
        a_second_run_changes_nothing(Backend::Sqlite).await;
    }

    #[tokio::test]
    async fn broken_off() {
        what_breaks_off_leaves_nothing(Backend::Sqlite).await;
    }

    #[tokio::test]
    async fn at_once() {
        servers_that_start_at_once_migrate_once(Backend::Sqlite).await;
    }
}

mod postgres {
    use super::*;

    #[tokio::test]
    async fn with_members() {
        members_become_assignments(Backend::Postgres).await;
    }

    #[tokio::test]
    async fn twice() {
        a_second_run_changes_nothing(Backend::Postgres).await;
    }

    #[tokio::test]
    async fn broken_off() {
        what_breaks_off_leaves_nothing(Backend::Postgres).await;
    }

    #[tokio::test]
    async fn at_once() {
        servers_that_start_at_once_migrate_once(Backend::Postgres).await;
    }
}

#[tokio::test]
async fn both_back_ends_end_in_the_same_tables() {
    let Some(postgres) = TestQun::new(Backend::Postgres).await else { return };
    let Some(sqlite) = TestQun::new(Backend::Sqlite).await else { return };
    let (left, right) = (sqlite.system().await, postgres.system().await);
    let tables = left.tables().await;
    assert_eq!(tables, right.tables().await);
    for table in tables.iter().filter(|table| *table != "seaql_migrations") {
        assert_eq!(left.columns(table).await, right.columns(table).await, "columns of {table}");
        assert_eq!(left.must_columns(table).await, right.must_columns(table).await, "NOT NULL in {table}");
    }
    let ours = |table: &str| table != "seaql_migrations";
    let keys = |mut keys: Vec<crate::harness::UniqueKey>| {
        keys.retain(|key| ours(&key.table));
        keys
    };
    assert_eq!(keys(left.unique_keys().await), keys(right.unique_keys().await));
    assert_eq!(left.foreign_keys().await, right.foreign_keys().await);
    sqlite.close().await;
    postgres.close().await;
}
