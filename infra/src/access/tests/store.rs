//! A database of its own for each test, on either back end.

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;
use uuid::Uuid;

use crate::db::Db;

/// Names a Postgres server on which databases may be made; without it those tests pass unrun.
const POSTGRES: &str = "QUN_TEST_POSTGRES_URL";

pub(super) struct Store {
    pub(super) db: Db,
    dir: Option<TempDir>,
    made: Option<(String, String)>,
}

impl Store {
    pub(super) async fn sqlite() -> Option<Self> {
        let dir = TempDir::new().expect("a directory");
        let url = format!("sqlite://{}", dir.path().join("qun.db").display());
        let db = Db::open(&url, 4).await.expect("an open database");
        Some(Self { db, dir: Some(dir), made: None })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the test server and a free name are no part of what is tested"
    )]
    pub(super) async fn postgres() -> Option<Self> {
        let server = std::env::var(POSTGRES).ok()?;
        let name = format!("qun_test_{}", Uuid::from_bytes(rand::random()).simple());
        let admin = Database::connect(&server).await.expect("a server");
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
        admin.close().await.expect("a closed connection");
        let (base, _) = server.rsplit_once('/').expect("a URL with a database");
        let db = Db::open(&format!("{base}/{name}"), 4).await.expect("an open database");
        Some(Self { db, dir: None, made: Some((server, name)) })
    }

    /// Takes the database away; one whose test failed stays, to be looked at.
    pub(super) async fn close(self) {
        drop(self.db);
        if let Some((server, name)) = self.made {
            let admin = Database::connect(&server).await.expect("a server");
            admin
                .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
                .await
                .expect("no database");
            admin.close().await.expect("a closed connection");
        }
        drop(self.dir);
    }
}

/// Runs each test, a function over `Db`, on both back ends.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                let Some(store) = super::store::Store::sqlite().await else { return };
                super::$test(store.db.clone()).await;
                store.close().await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                let Some(store) = super::store::Store::postgres().await else { return };
                super::$test(store.db.clone()).await;
                store.close().await;
            })+
        }
    };
}
pub(super) use on_both;
