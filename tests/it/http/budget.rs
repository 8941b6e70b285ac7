//! What queries cost, and what happens to who has spent it all.

use serde_json::json;

use crate::harness::{Answer, Backend, Process, Served, redis, served_on_both};

served_on_both!(who_has_spent_the_budget_is_told_to_wait, servers_share_a_budget_where_they_share_redis);

const PAGE: &str = "{ groups(first: 100) { nodes { id } } }";

async fn page(process: &Process, token: &str) -> Answer {
    Answer::of(process.asking(PAGE).bearer_auth(token)).await
}

async fn who_has_spent_the_budget_is_told_to_wait(served: &mut Served) {
    served.restart_with(&["--query-points", "250", "--query-points-per-second", "1"]).await;
    let token = served.found("acme").await;
    let first = page(&served.process, &token).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.header("ratelimit-policy"), "\"points\";q=250;w=250");
    let cost = first.json()["extensions"]["cost"].clone();
    assert_eq!(
        (&cost["limit"], &cost["restorePerSecond"], &cost["actual"]),
        (&json!(250), &json!(1), &json!(2))
    );
    assert!(first.header("ratelimit").starts_with("\"points\";r="), "{}", first.header("ratelimit"));

    // Each answer costs two points of which one may come back; every page has to be there whole.
    let spent = loop {
        let answer = page(&served.process, &token).await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!((spent.status, spent.code().as_str()), (429, "RATE_LIMITED"));
    let wait: u64 = spent.header("retry-after").parse().expect("seconds");
    assert!((1..=250).contains(&wait), "{wait}");
    assert_eq!(spent.json()["errors"][0]["extensions"]["retryAfterSeconds"], wait);
    assert_eq!(spent.json().get("data"), None);

    // It is the account's: not another's, and not that of who has no token.
    let other = served.join("acme", "reader", "facilitator").await;
    assert_eq!(page(&served.process, &other).await.status, 200);
    assert_eq!(Answer::of(served.process.asking("{ __typename }")).await.status, 200);
}

async fn servers_share_a_budget_where_they_share_redis(served: &mut Served) {
    served.restart_with(&["--query-points", "250", "--query-points-per-second", "1"]).await;
    let token = served.found("acme").await;
    let another = served.another().await;
    for _ in 0..10 {
        assert_eq!(page(&served.process, &token).await.status, 200);
    }
    // Ten answers of two points each; some may have come back meanwhile. A Redis that is slow
    // for a moment is passed over, so it is asked more than once, and never often enough for
    // the other server's own budget to look like a shared one.
    let mut remaining = Vec::new();
    for _ in 0..3 {
        let answer = page(&another, &token).await;
        remaining.push(answer.json()["extensions"]["cost"]["remaining"].as_u64().expect("points"));
    }
    if served.backend == Backend::Postgres && redis().is_some() {
        assert!(remaining.iter().any(|left| *left < 240), "{remaining:?}");
    } else {
        assert_eq!(remaining[0], 248);
    }
}
