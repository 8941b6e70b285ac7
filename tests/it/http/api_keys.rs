//! A machine comes in by a key: with what the key is good for, and not with anybody's rank.

use serde_json::{Value as Json, json};

use super::chat::message;
use crate::harness::{Answer, Served, now, served_on_both};

served_on_both!(a_machine_reads_and_records, a_key_does_no_more_than_it_says, a_secret_is_shown_once);

async fn made(served: &Served, token: &str, scopes: &str, more: &str) -> Json {
    let create = format!(
        "mutation {{ createApiKey(input: {{name: \"a bot\", scopes: [{scopes}]{more}}}) {{
           secret apiKey {{ id name scopes lastUsedAt revokedAt replacesId }} userErrors {{ code field }} }} }}"
    );
    served.process.data(token, &create).await["createApiKey"].clone()
}

fn secret(payload: &Json) -> &str {
    payload["secret"].as_str().expect("a secret")
}

async fn code(served: &Served, token: &str, query: &str) -> Json {
    let answer = Answer::of(served.process.asking(query).bearer_auth(token)).await;
    answer.json()["errors"][0]["extensions"]["code"].clone()
}

const VIEWER: &str =
    "{ viewer { assignments { role } capabilities account { id } apiKey { name } organization { slug } } }";

async fn a_machine_reads_and_records(served: &mut Served) {
    let owner = served.found("acme").await;
    served.group(&owner, "garden").await;
    let key = made(served, &owner, "READ, RECORD_ACTIVITY", "").await;
    assert_eq!(key["apiKey"]["scopes"], json!(["READ", "RECORD_ACTIVITY"]));
    let expected = json!({ "viewer": {
        "assignments": [], "capabilities": ["READ", "RECORD_ACTIVITY"], "account": null,
        "apiKey": { "name": "a bot" }, "organization": { "slug": "acme" },
    } });
    assert_eq!(served.process.data(secret(&key), VIEWER).await, expected);
    let row = message("m1", "ann", now(), "hello");
    let sent = Answer::of(served.process.sending("?group=garden", row).bearer_auth(secret(&key))).await;
    assert_eq!((sent.status, sent.json()["accepted"].clone()), (200, json!(1)));
    let log = "{ organization { auditLog(first: 5) { nodes { actor verb } } } }";
    let log = served.process.data(&owner, log).await;
    let nodes = log["organization"]["auditLog"]["nodes"].as_array().expect("entries");
    assert!(
        nodes.iter().any(|entry| entry["verb"] == "activity.record"
            && entry["actor"].as_str().is_some_and(|actor| actor.starts_with("api-key:"))),
        "{log}"
    );
}

async fn a_key_does_no_more_than_it_says(served: &mut Served) {
    let owner = served.found("acme").await;
    served.group(&owner, "garden").await;
    let reader = made(served, &owner, "READ", "").await;
    let recorder = made(served, &owner, "RECORD_ACTIVITY", "").await;
    let none = made(served, &owner, "", "").await;
    assert_eq!(none["userErrors"], json!([{ "code": "NO_SCOPE", "field": ["input", "scopes"] }]));

    let create = "mutation { createApiKey(input: {name: \"more\", scopes: [READ]}) { secret } }";
    let log = "{ organization { auditLog { nodes { verb } } } }";
    let keys = "{ organization { apiKeys { nodes { id } } } }";
    let sessions = "{ viewer { sessions { id } } }";
    let out = "mutation { logOut(input: {everywhere: true}) { endedSessions } }";
    let group =
        "mutation { createGroup(input: {name: \"x\", platform: QQ, timeZone: \"UTC\"}) { group { id } } }";
    for query in [create, log, keys, sessions, out, group] {
        assert_eq!(code(served, secret(&reader), query).await, "FORBIDDEN", "{query}");
    }
    assert_eq!(code(served, secret(&recorder), VIEWER).await, "FORBIDDEN", "GraphQL takes READ");
    let send = |token: &str| {
        let row = message("m1", "ann", now(), "hello");
        Answer::of(served.process.sending("?group=garden", row).bearer_auth(token))
    };
    assert_eq!(send(secret(&reader)).await.status, 403);
    assert_eq!(send(secret(&recorder)).await.status, 200);
    let forged = format!("{}A", &secret(&recorder)[..secret(&recorder).len() - 1]);
    let forged = if forged == secret(&recorder) { format!("{forged}A") } else { forged };
    assert_eq!(send(&forged).await.status, 401);
}

async fn a_secret_is_shown_once(served: &mut Served) {
    let owner = served.found("acme").await;
    let once = ", idempotencyKey: \"k1\"";
    let first = made(served, &owner, "READ", once).await;
    let again = made(served, &owner, "READ", once).await;
    assert_eq!(again["apiKey"]["id"], first["apiKey"]["id"]);
    assert_eq!(again["secret"], Json::Null, "it is kept nowhere");

    let id = &first["apiKey"]["id"];
    let rotate = format!(
        "mutation {{ rotateApiKey(input: {{apiKeyId: {id}, overlapHours: 0}}) {{
           secret apiKey {{ replacesId }} replaced {{ id }} userErrors {{ code field }} }} }}"
    );
    let rotated = served.process.data(&owner, &rotate).await["rotateApiKey"].clone();
    assert_eq!((&rotated["apiKey"]["replacesId"], &rotated["replaced"]["id"]), (id, id));
    served.process.data(secret(&rotated), VIEWER).await;
    assert_eq!(code(served, secret(&first), VIEWER).await, "UNAUTHENTICATED", "without overlap");
    let over = served.process.data(&owner, &rotate).await["rotateApiKey"]["userErrors"].clone();
    assert_eq!(over, json!([{ "code": "API_KEY_OVER", "field": ["input", "apiKeyId"] }]));

    let keys = served
        .process
        .data(&owner, "{ organization { apiKeys(first: 1) { nodes { id } pageInfo { hasNextPage } } } }")
        .await;
    let newest = &keys["organization"]["apiKeys"]["nodes"][0]["id"];
    assert_eq!(keys["organization"]["apiKeys"]["pageInfo"]["hasNextPage"], true);
    let revoke = format!(
        "mutation {{ revokeApiKey(input: {{apiKeyId: {newest}}}) {{ apiKey {{ revokedAt }} userErrors {{ code }} }} }}"
    );
    let revoked = served.process.data(&owner, &revoke).await["revokeApiKey"].clone();
    assert!(revoked["apiKey"]["revokedAt"].is_string(), "{revoked}");
    assert_eq!(code(served, secret(&rotated), VIEWER).await, "UNAUTHENTICATED");

    // Another tenant's key is none.
    let stranger = served.found("globex").await;
    for mutation in [&rotate, &revoke] {
        let data = served.process.data(&stranger, mutation).await;
        let payload = data.as_object().and_then(|fields| fields.values().next()).expect("a payload");
        assert_eq!(payload["userErrors"][0]["code"], "NOT_FOUND", "{mutation}");
    }
}
