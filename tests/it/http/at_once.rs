//! Processes that start at once on a database with nothing in it: it is migrated once,
//! and a token of one server is good at the other.

use qun_migration::{Migrator, MigratorTrait};
use serde_json::Value as Json;
use tokio::join;

use crate::harness::{Answer, Backend, PASSWORD, Process, Raw, Served, Store, email, run};

async fn is_migrated_once(backend: Backend, url: &str) {
    let raw = Raw::open(backend, url, "none").await;
    let applied = raw.count("SELECT COUNT(*) FROM seaql_migrations", vec![]).await;
    assert_eq!(usize::try_from(applied), Ok(Migrator::migrations().len()));
}

async fn migrated_by_two(backend: Backend) {
    let Some(store) = Store::empty(backend).await else { return };
    let (one, two) = join!(run(&store.url, &["migrate"]), run(&store.url, &["migrate"]));
    for ran in [one, two] {
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(ran.out.ends_with(" is up to date\n"), "{}", ran.out);
    }
    is_migrated_once(backend, &store.url).await;
    store.remove().await;
}

async fn logged_in(process: &Process) -> String {
    let (email, password) = (email("acme", "owner"), PASSWORD);
    let log_in = format!(
        "mutation {{ logIn(input: {{email: {email:?}, password: {password:?}}}) {{ accessToken }} }}"
    );
    let answer = Answer::of(process.asking(&log_in)).await.json();
    answer["data"]["logIn"]["accessToken"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

mod sqlite {
    use super::*;

    #[tokio::test]
    async fn two_commands_migrate_once() {
        migrated_by_two(Backend::Sqlite).await;
    }
}

mod postgres {
    use super::*;

    #[tokio::test]
    async fn two_commands_migrate_once() {
        migrated_by_two(Backend::Postgres).await;
    }

    #[tokio::test]
    async fn two_servers_are_one_installation() {
        let Some((served, other)) = Served::twins(Backend::Postgres).await else { return };
        is_migrated_once(Backend::Postgres, served.url()).await;
        served.found("acme").await;
        served.group(&logged_in(&served.process).await, "garden").await;
        let query = "{ group(name: \"garden\") { name } viewer { organization { slug } } }";
        for (issuer, verifier) in [(&served.process, &other), (&other, &served.process)] {
            let data = verifier.data(&logged_in(issuer).await, query).await;
            assert_eq!(data["group"]["name"], Json::from("garden"));
            assert_eq!(data["viewer"]["organization"]["slug"], "acme");
        }
        for process in [&served.process, &other] {
            assert_eq!(process.get("/readyz").await.json()["status"], "ready");
        }
        drop(other);
        served.close().await;
    }
}
