//! Rows beyond the budget are not lost: their sender is told how far it came, and when to go on.

use qun_domain::time::Timestamp;
use serde_json::{Value as Json, json};

use super::chat::{line, message};
use crate::harness::{Answer, Backend, Served, now, redis, served_on_both};

served_on_both!(
    rows_beyond_the_budget_are_sent_later,
    who_sends_a_little_too_fast_is_slowed_down,
    a_mutation_draws_on_the_same_budget,
    a_key_has_a_budget_of_its_own,
    servers_share_the_budget_where_they_share_redis,
);

const GROUP: &str = "garden";

/// A budget of a thousand rows that hardly comes back.
const TIGHT: [&str; 4] = ["--interaction-rows", "1000", "--interaction-rows-per-second", "1"];

async fn founded(served: &mut Served, flags: &[&str]) -> String {
    served.restart_with(flags).await;
    let token = served.found("acme").await;
    served.group(&token, GROUP).await;
    token
}

fn rows(from: u64, to: u64, now: Timestamp) -> String {
    (from..to).map(|n| message(&format!("m{n}"), "ann", now, "hello")).collect()
}

async fn sent(served: &Served, token: &str, body: String) -> Answer {
    Answer::of(served.process.sending("?group=garden", body).bearer_auth(token)).await
}

async fn rows_beyond_the_budget_are_sent_later(served: &mut Served) {
    let token = founded(served, &TIGHT).await;
    let now = now();
    // The 2,500 rows begin with a blank line and one that is none.
    let body = format!("\n{}{}", line(&json!([])), rows(0, 2_499, now));
    let answer = sent(served, &token, body).await;
    assert_eq!(answer.status, 429, "{}", answer.text());
    let report = answer.json();
    let stopped = &report["stopped"];
    assert_eq!(
        (&report["accepted"], &report["rejected"], &report["errorsTruncated"]),
        (&json!(999), &json!(1), &json!(false))
    );
    assert_eq!((&stopped["code"], &stopped["resumeAtLine"]), (&json!("RATE_LIMITED"), &json!(1_002)));
    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((500..=1_000).contains(&wait), "{wait}");
    assert_eq!(stopped["retryAfterSeconds"], wait);
    assert_eq!(answer.header("ratelimit-policy"), "\"rows\";q=1000;w=1000");
    assert!(answer.header("ratelimit").starts_with("\"rows\";r="), "{}", answer.header("ratelimit"));
    assert_eq!(served.rows().await, 999, "nothing of what is left over was recorded");

    // A row more than has come back meanwhile, or nothing at all: it depends on the clock.
    let again = sent(served, &token, rows(0, 2_499, now)).await;
    let report = again.json();
    assert_eq!(
        (again.status, &report["accepted"], &report["stopped"]["resumeAtLine"]),
        (429, &json!(0), &json!(1))
    );
    assert_eq!(served.rows().await, 999);

    let other = served.join("acme", "other", "administrator/junior").await;
    let answer = sent(served, &other, rows(2_499, 2_500, now)).await;
    assert_eq!((answer.status, answer.json().get("stopped")), (200, None), "each account has its own");
    assert_eq!(served.rows().await, 1_000);
}

/// Two thousand rows out of a thousand a second: the second thousand waits a second.
async fn who_sends_a_little_too_fast_is_slowed_down(served: &mut Served) {
    let fast = ["--interaction-rows", "1000", "--interaction-rows-per-second", "1000"];
    let token = founded(served, &fast).await;
    let now = now();
    let answer = sent(served, &token, rows(0, 2_500, now)).await;
    assert_eq!((answer.status, &answer.json()["accepted"]), (200, &json!(2_500)), "{}", answer.text());
    // What is there already costs nothing in the end.
    let answer = sent(served, &token, rows(0, 2_500, now)).await;
    assert_eq!((answer.status, &answer.json()["duplicates"]), (200, &json!(2_500)), "{}", answer.text());
}

async fn recorded(served: &Served, token: &str, rows: &[Json]) -> Answer {
    let query =
        "mutation($input: RecordInteractionsInput!) { recordInteractions(input: $input) { accepted } }";
    let input = json!({ "group": GROUP, "interactions": rows });
    let body = json!({ "query": query, "variables": { "input": input } });
    Answer::of(served.process.request(reqwest::Method::POST, "/graphql").json(&body).bearer_auth(token)).await
}

async fn a_mutation_draws_on_the_same_budget(served: &mut Served) {
    let token = founded(served, &TIGHT).await;
    let now = now();
    let row =
        |n: u64| json!({ "id": format!("g{n}"), "kind": "LEAVE", "ts": now.to_string(), "user": "ann" });
    let some: Vec<_> = (0..600).map(row).collect();
    let first = recorded(served, &token, &some).await;
    assert_eq!(first.json()["data"]["recordInteractions"]["accepted"], 600, "{}", first.text());
    let more: Vec<_> = (600..1_200).map(row).collect();
    let second = recorded(served, &token, &more).await;
    let error = second.json()["errors"][0].clone();
    // The field failed, the request did not.
    assert_eq!((second.status, second.header("retry-after")), (200, ""));
    assert_eq!(error["extensions"]["code"], "RATE_LIMITED", "{error}");
    assert!(error["extensions"]["retryAfterSeconds"].as_u64().is_some_and(|wait| wait > 100), "{error}");
    let stream = sent(served, &token, rows(0, 600, now)).await;
    assert_eq!((stream.status, &stream.json()["accepted"]), (429, &json!(0)));
    assert_eq!(served.rows().await, 600);
}

async fn a_key_has_a_budget_of_its_own(served: &mut Served) {
    let owner = founded(served, &TIGHT).await;
    let now = now();
    let create = "mutation { createApiKey(input: {name: \"a bot\", scopes: [RECORD_ACTIVITY]}) { secret } }";
    let mut keys = Vec::new();
    for _ in 0..2 {
        let made = served.process.data(&owner, create).await["createApiKey"]["secret"].clone();
        keys.push(made.as_str().expect("a secret").to_owned());
    }
    for (from, token) in (0..).step_by(1_000).zip([&owner, &keys[0], &keys[1]]) {
        let answer = sent(served, token, rows(from, from + 1_000, now)).await;
        assert_eq!((answer.status, &answer.json()["accepted"]), (200, &json!(1_000)), "{}", answer.text());
    }
    let chinese = served.process.sending("?group=garden", rows(3_000, 4_000, now));
    let answer = Answer::of(chinese.bearer_auth(&keys[0]).header("accept-language", "zh-CN")).await;
    let stopped = answer.json()["stopped"].clone();
    assert_eq!((answer.status, &stopped["resumeAtLine"]), (429, &json!(1)), "{stopped}");
    assert!(stopped["message"].as_str().is_some_and(|text| text.starts_with("行数额度已用完")), "{stopped}");
    assert_eq!(served.rows().await, 3_000);
}

async fn servers_share_the_budget_where_they_share_redis(served: &mut Served) {
    let token = founded(served, &TIGHT).await;
    let another = served.another().await;
    let now = now();
    assert_eq!(sent(served, &token, rows(0, 900, now)).await.status, 200);
    let request = another.sending("?group=garden", rows(900, 1_800, now)).bearer_auth(&token);
    let shares = served.backend == Backend::Postgres && redis().is_some();
    let answer = Answer::of(request).await;
    // A Redis that is slow for a moment is passed over, and then each server has its own.
    if shares {
        assert!(
            answer.status == 429
                || served.process.log().contains("Redis keeps no budget")
                || another.log().contains("Redis keeps no budget")
        );
    } else {
        assert_eq!(answer.status, 200);
    }
}
