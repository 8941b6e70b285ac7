//! The command: its lines, its JSON, its exit codes.

use serde_json::Value as Json;

use crate::harness::{Backend, Store, run};

/// Port 0 is always free.
const FREE: [&str; 2] = ["--listen", "127.0.0.1:0"];

#[tokio::test]
async fn a_sound_installation_ends_with_0() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(store) = Store::migrated(backend).await else { continue };
        let ran = run(&store.url, &[&["doctor"][..], &FREE].concat()).await;
        assert_eq!(ran.code, Some(0), "{}", ran.out);
        assert!(
            ran.out.lines().next().is_some_and(|line| line.starts_with("ok       settings")),
            "{}",
            ran.out
        );
        assert!(ran.out.lines().last().is_some_and(|line| line.starts_with("0 problems, ")), "{}", ran.out);
        store.remove().await;
    }
}

#[tokio::test]
async fn a_redis_that_does_not_answer_is_a_problem() {
    let store = Store::migrated(Backend::Sqlite).await.expect("a file");
    let redis = ["--redis-url", "redis://:secret-word@127.0.0.1:1/0"];
    let ran = run(&store.url, &[&["doctor", "--json"][..], &FREE, &redis].concat()).await;
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(!ran.out.contains("secret-word"), "{}", ran.out);
    let told: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(told["status"], "problem");
    let findings = told["findings"].as_array().expect("findings");
    let redis = findings.iter().find(|finding| finding["check"] == "redis").expect("a finding");
    assert_eq!(redis["level"], "problem", "{redis}");
    assert!(redis["advice"].is_string(), "{redis}");
    store.remove().await;
}

#[tokio::test]
async fn a_redis_that_answers_is_looked_over() {
    let (Some(redis), Some(store)) = (crate::harness::redis(), Store::migrated(Backend::Sqlite).await) else {
        return;
    };
    let ran = run(&store.url, &[&["doctor"][..], &FREE, &["--redis-url", &redis]].concat()).await;
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    assert!(ran.out.contains("Redis and this machine agree within a second"), "{}", ran.out);
    store.remove().await;
}

#[tokio::test]
async fn each_wrong_setting_is_a_problem_of_its_own() {
    let ran =
        run("mysql://ann:secret-word@db/qun", &["doctor", "--listen", "foo", "--token-minutes", "0"]).await;
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    let problems: Vec<_> = ran.out.lines().filter(|line| line.starts_with("problem ")).collect();
    assert_eq!(problems.len(), 3, "{}", ran.out);
    for key in ["database_url", "listen", "token_minutes"] {
        assert!(problems.iter().any(|line| line.contains(key)), "{key}: {}", ran.out);
    }
    assert!(!ran.out.contains("secret-word"), "{}", ran.out);
}
