use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::stage::{PASSWORD, Stage};

#[tokio::test]
async fn what_a_role_may_is_told() {
    let stage = Stage::new().await;
    let reader = stage.reader().await;
    let viewer = stage
        .answer(Some(&reader), "{ viewer { assignments { role rank } capabilities proposable } }", json!({}))
        .await;
    assert_eq!(
        viewer["data"]["viewer"],
        json!({
            "assignments": [{ "role": "FACILITATOR", "rank": "INTERN" }],
            "capabilities": ["READ", "WORK_ON_TASKS"],
            "proposable": ["ANSWER_MEMBERS", "PUBLISH_SCHEDULED"],
        })
    );
    let answer = stage.answer(None, "{ __typename }", json!({})).await;
    assert_eq!(answer["data"]["__typename"], "Query");
}

#[tokio::test]
async fn logging_in() {
    let stage = Stage::new().await;
    let query = "mutation($input: LogInInput!) { logIn(input: $input) { accessToken expiresAt account { email displayName }
        organization { slug } userErrors { code field message } } }";
    let input = json!({ "email": "owner@garden.example", "password": PASSWORD, "organization": "garden" });
    let answer = stage.answer(None, query, json!({ "input": input })).await;
    let payload = &answer["data"]["logIn"];
    assert_eq!((&payload["organization"]["slug"], &payload["userErrors"]), (&json!("garden"), &json!([])));
    let token = payload["accessToken"].as_str().expect("a token");
    assert!(stage.app.access.authenticate(token).await.is_ok());
    for input in [
        json!({ "email": "owner@garden.example", "password": "wrong password" }),
        json!({ "email": "owner@garden.example", "password": PASSWORD, "organization": "elsewhere" }),
        json!({ "email": "owner@garden.example", "password": PASSWORD, "organization": "NO SLUG" }),
        json!({ "email": "nobody", "password": PASSWORD }),
    ] {
        let answer = stage.answer(None, query, json!({ "input": input })).await;
        let payload = &answer["data"]["logIn"];
        assert_eq!(
            (&payload["accessToken"], &payload["userErrors"][0]["code"]),
            (&Value::Null, &json!("BAD_CREDENTIALS"))
        );
    }
}

#[tokio::test]
async fn the_viewer_and_the_audit_log() {
    let stage = Stage::new().await;
    // Entries of one millisecond have no order.
    stage.app.clock.set(stage.app.clock.now().plus_millis(1));
    stage.group("Garden").await;
    let data = stage
        .ask(
            "{ viewer { account { email displayName } capabilities organization { slug timeZone } }
               organization { auditLog(first: 1) { nodes { verb capability target actor } pageInfo { hasNextPage endCursor } } } }",
            json!({}),
        )
        .await;
    assert_eq!(data["viewer"]["account"]["email"], "owner@garden.example");
    assert_eq!(data["viewer"]["organization"], json!({ "slug": "garden", "timeZone": "Asia/Shanghai" }));
    let log = &data["organization"]["auditLog"];
    assert_eq!(
        (&log["nodes"][0]["verb"], &log["nodes"][0]["capability"]),
        (&json!("groups.create_group"), &json!("MANAGE_GROUPS"))
    );
    let next = stage
        .ask(
            "query($after: String!) { organization { auditLog(after: $after) { nodes { verb } } } }",
            json!({ "after": log["pageInfo"]["endCursor"] }),
        )
        .await;
    // These two are of one millisecond.
    let verbs = next["organization"]["auditLog"]["nodes"].as_array().expect("entries");
    let verbs: BTreeSet<_> = verbs.iter().map(|entry| entry["verb"].as_str()).collect();
    assert_eq!(verbs, BTreeSet::from([Some("access.log_in"), Some("tenancy.create_organization")]));
}
