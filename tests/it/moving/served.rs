//! A server on what was moved answers as the one before it did.

use serde_json::{Value as Json, json};

use crate::harness::{Answer, Backend, PASSWORD, Process, Served, Store, email, run};

const ASK: &str = "{
  viewer { account { email } assignments { role } organization { slug } }
  groups(first: 10) { nodes { name platform members(first: 10) { nodes { person { displayName } } } } }
}";

#[tokio::test]
async fn the_same_log_in_the_same_token_the_same_answers() {
    let Some(mut served) = Served::new(Backend::Sqlite).await else { return };
    let Some(to) = Store::empty(Backend::Postgres).await else { return };
    let token = served.found("acme").await;
    served.group(&token, "roses").await;
    let rows = r#"{"kind":"message","id":"m1","ts":"2026-03-02T09:00:00Z","user":"ann","text":"你好 👋"}
{"kind":"message","id":"m2","ts":"2026-03-03T09:00:00Z","user":"bob","text":"hi"}
"#;
    let sent = Answer::of(served.process.sending("?group=roses", rows).bearer_auth(&token)).await;
    assert_eq!(sent.status, 200, "{}", sent.text());
    served.printed(&["tiers", "evaluate", "--org", "acme", "--to", "2026-W10"]).await;
    let before = (served.process.data(&token, ASK).await, served.exported("acme", "roses").await);
    served.process.kill();

    let ran = run(served.url(), &["move", "--to", &to.url]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains(": the same on both sides"), "{}", ran.out);

    let log = served.file("moved.log", b"");
    let process = Process::spawn(&to.url, &[], &log).listens().await;
    assert_eq!(process.data(&token, ASK).await, before.0, "with the token of before");
    assert_eq!(log_in(&process).await["organization"]["slug"], "acme");
    let exported = run(&to.url, &["export", "--org", "acme", "activity", "--group", "roses"]).await.out;
    let exported: Vec<Json> =
        exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(exported, before.1);
    let tiers = ["export", "--org", "acme", "tiers", "--group", "roses"];
    assert_eq!(run(&to.url, &tiers).await.out, run(served.url(), &tiers).await.out);
    let recomputed = run(&to.url, &["recompute", "--org", "acme"]).await;
    assert!(recomputed.out.contains("mended days 0 mended memberships 0"), "{}", recomputed.out);
    drop(process);
    to.remove().await;
    served.close().await;
}

async fn log_in(process: &Process) -> Json {
    let query = "mutation ($input: LogInInput!) {
        logIn(input: $input) { organization { slug } userErrors { code } }
    }";
    let input = json!({ "email": email("acme", "owner"), "password": PASSWORD });
    let request = process.request(reqwest::Method::POST, "/graphql");
    let answer = Answer::of(request.json(&json!({ "query": query, "variables": { "input": input } }))).await;
    answer.json()["data"]["logIn"].clone()
}
