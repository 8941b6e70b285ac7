//! Who may send rows, and where to: never into what is another tenant's.

use serde_json::json;

use super::chat::message;
use crate::harness::{Answer, Served, now, served_on_both};

served_on_both!(
    a_group_that_is_not_there_is_not_found,
    the_group_of_another_tenant_is_not_found,
    who_reads_alone_may_not_send,
    the_same_names_are_kept_apart,
);

async fn sent(served: &Served, token: &str, query: &str, body: String) -> Answer {
    Answer::of(served.process.sending(query, body).bearer_auth(token)).await
}

fn rows() -> String {
    let now = now();
    (0..3).map(|n| message(&format!("m{n}"), "ann", now, "hello")).collect()
}

async fn a_group_that_is_not_there_is_not_found(served: &mut Served) {
    let token = served.found("acme").await;
    for (what, body) in [("rows", rows()), ("nothing", String::new()), ("bad rows", "{}\n[]\n".to_owned())] {
        let answer = sent(served, &token, "?group=nowhere", body).await;
        let message = "There is no group of this name.";
        let expected = json!({ "errors": [{ "message": message, "extensions": { "code": "NOT_FOUND" } }] });
        assert_eq!((answer.status, answer.json()), (404, expected), "{what}");
    }
    for query in ["?group=", "?source=", "?group=a%00b", "?group=a&group=b"] {
        let answer = sent(served, &token, query, rows()).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_REQUEST"), "{query}");
    }
    assert_eq!(served.rows().await, 0);
}

async fn the_group_of_another_tenant_is_not_found(served: &mut Served) {
    let (acme, globex) = (served.found("acme").await, served.found("globex").await);
    served.group(&globex, "vault").await;
    let theirs = rows().replace("ann", "eve");
    assert_eq!(sent(served, &globex, "?group=vault", theirs).await.json()["accepted"], 3);
    let before = served.exported("globex", "vault").await;
    assert_eq!(before[0]["messages"], 3);

    let answer = sent(served, &acme, "?group=vault", rows()).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "NOT_FOUND"));
    let named: String = rows().replace("\"kind\"", "\"group\":\"vault\",\"kind\"");
    let report = sent(served, &acme, "", named).await.json();
    assert_eq!((&report["accepted"], &report["rejected"]), (&json!(0), &json!(3)));
    for error in report["errors"].as_array().expect("errors") {
        assert_eq!(error["code"], "UNKNOWN_GROUP");
    }

    assert_eq!(served.exported("globex", "vault").await, before);
    assert_eq!(served.rows().await, 3);
    let query = "{ group(name: \"vault\") { name } }";
    assert_eq!(served.process.data(&acme, query).await, json!({ "group": null }));
    assert_eq!(served.process.data(&globex, query).await, json!({ "group": { "name": "vault" } }));
}

async fn who_reads_alone_may_not_send(served: &mut Served) {
    let owner = served.found("acme").await;
    served.group(&owner, "garden").await;
    let reader = served.join("acme", "reader", "facilitator").await;
    let message = "The account of this token may not do this.";
    let expected = json!({ "errors": [{ "message": message, "extensions": { "code": "FORBIDDEN" } }] });
    for query in ["?group=garden", "?group=nowhere", ""] {
        let answer = sent(served, &reader, query, rows()).await;
        assert_eq!((answer.status, answer.json()), (403, expected.clone()), "{query}");
    }
    assert_eq!(served.rows().await, 0);
    let admin = served.join("acme", "admin", "administrator/owner-candidate").await;
    assert_eq!(sent(served, &admin, "?group=garden", rows()).await.json()["accepted"], 3);
}

/// Two tenants with the same group, the same users and the same row ids.
async fn the_same_names_are_kept_apart(served: &mut Served) {
    let (acme, globex) = (served.found("acme").await, served.found("globex").await);
    for token in [&acme, &globex] {
        served.group(token, "garden").await;
    }
    let rows = rows();
    for (token, accepted, duplicates) in [(&acme, 3, 0), (&globex, 3, 0), (&acme, 0, 3)] {
        let report = sent(served, token, "?group=garden", rows.clone()).await.json();
        assert_eq!((&report["accepted"], &report["duplicates"]), (&json!(accepted), &json!(duplicates)));
    }
    let extra = message("m9", "ann", now(), "alone");
    assert_eq!(sent(served, &acme, "?group=garden", extra).await.json()["accepted"], 1);
    let mut counts = Vec::new();
    for slug in ["acme", "globex"] {
        let days = served.exported(slug, "garden").await;
        counts.push(days.iter().map(|day| day["messages"].as_u64().expect("a count")).sum::<u64>());
    }
    assert_eq!(counts, [4, 3]);
}
