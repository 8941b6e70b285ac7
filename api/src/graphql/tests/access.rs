use std::collections::BTreeSet;

use qun_infra::db::OrgScope;
use serde_json::{Value, json};

use super::stage::{PASSWORD, Stage};

/// What begins or goes on with a log-in, and so needs no access token.
const WITHOUT_TOKEN: [&str; 6] =
    ["logIn", "refreshSession", "requestSignUp", "completeSignUp", "requestPasswordReset", "resetPassword"];
/// What everybody may do who is logged in: it concerns the account, not the organization.
const OWN_SESSIONS: [&str; 4] = ["logOut", "revokeSession", "switchOrganization", "changePassword"];

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

/// A document for each root field, with arguments of the right type that name nothing.
async fn documents(stage: &Stage, root: &str) -> Vec<(String, String)> {
    let query = "query($root: String!) { __type(name: $root) { fields { name type { ...T } args { name type { ...T } } } } }
        fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let answer = stage.answer(None, query, json!({ "root": root })).await;
    let fields = answer["data"]["__type"]["fields"].as_array().expect("fields").clone();
    let mut documents = Vec::new();
    for field in fields {
        let mut arguments = Vec::new();
        for argument in field["args"].as_array().into_iter().flatten() {
            if argument["type"]["kind"] == "NON_NULL" {
                let value = Box::pin(sample(stage, &argument["type"]["ofType"])).await;
                arguments.push(format!("{}: {value}", argument["name"].as_str().unwrap_or_default()));
            }
        }
        let arguments =
            if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let name = field["name"].as_str().unwrap_or_default().to_owned();
        let keyword = root.to_lowercase();
        documents.push((name.clone(), format!("{keyword} {{ {name}{arguments} {{ __typename }} }}")));
    }
    documents
}

async fn sample(stage: &Stage, kind: &Value) -> String {
    match (kind["kind"].as_str(), kind["name"].as_str()) {
        (Some("LIST"), _) => "[]".to_owned(),
        (Some("INPUT_OBJECT"), Some(name)) => {
            let query = "query($name: String!) { __type(name: $name) { inputFields { name defaultValue type { kind ofType { kind name } } } } }";
            let answer = stage.answer(None, query, json!({ "name": name })).await;
            let mut fields = Vec::new();
            for field in answer["data"]["__type"]["inputFields"].as_array().into_iter().flatten() {
                if field["type"]["kind"] == "NON_NULL" && field["defaultValue"].is_null() {
                    let value = Box::pin(sample(stage, &field["type"]["ofType"])).await;
                    fields.push(format!("{}: {value}", field["name"].as_str().unwrap_or_default()));
                }
            }
            format!("{{ {} }}", fields.join(", "))
        }
        (_, Some("Int")) => "1".to_owned(),
        (_, Some("JSON")) => "{}".to_owned(),
        (_, Some("TimeZone")) => "\"UTC\"".to_owned(),
        (_, Some("Platform")) => "QQ".to_owned(),
        (_, Some("Tier")) => "CORE".to_owned(),
        _ => "\"x\"".to_owned(),
    }
}

#[tokio::test]
async fn nothing_but_log_in_is_open() {
    let stage = Stage::new().await;
    let mut open = Vec::new();
    for root in ["Query", "Mutation"] {
        for (name, document) in documents(&stage, root).await {
            let answer = stage.answer(None, &document, json!({})).await;
            match code(&answer).as_str() {
                Some("UNAUTHENTICATED") => {}
                None => open.push(name),
                Some(other) => panic!("{document}: {other}"),
            }
        }
    }
    assert_eq!(open, WITHOUT_TOKEN);
    let answer = stage.answer(None, "{ __typename }", json!({})).await;
    assert_eq!(answer["data"]["__typename"], "Query");
}

#[tokio::test]
async fn who_may_only_read_writes_nothing() {
    let stage = Stage::new().await;
    let reader = stage.reader().await;
    for (name, document) in documents(&stage, "Mutation").await {
        if !WITHOUT_TOKEN.contains(&name.as_str()) && !OWN_SESSIONS.contains(&name.as_str()) {
            let answer = stage.answer(Some(&reader), &document, json!({})).await;
            assert_eq!(code(&answer), "FORBIDDEN", "{document}\n{answer:#}");
        }
    }
    let answer = stage
        .answer(Some(&reader), "{ viewer { role capabilities } organization { slug } }", json!({}))
        .await;
    assert_eq!(answer["data"]["viewer"], json!({ "role": "READ_ONLY", "capabilities": ["READ"] }));
    let answer =
        stage.answer(Some(&reader), "{ organization { auditLog { nodes { verb } } } }", json!({})).await;
    assert_eq!(code(&answer), "FORBIDDEN");
}

#[tokio::test]
async fn what_is_foreign_is_not_found() {
    let stage = Stage::new().await;
    let group = stage.garden(0).await;
    let community = stage.community("City").await;
    let stranger: OrgScope = stage.stranger().await;
    let found = stage
        .answer(
            Some(&stranger),
            "query($id: ID!) { group(id: $id) { name } groups { nodes { id } } }",
            json!({ "id": group }),
        )
        .await;
    assert_eq!(found["data"], json!({ "group": null, "groups": { "nodes": [] } }));
    for (field, input) in [
        ("evaluateTiers", json!({ "scope": group })),
        ("pinTier", json!({ "scope": group, "person": group, "tier": "CORE", "reason": "x" })),
        ("publishPolicy", json!({ "scope": group, "changes": { "tiering": { "hysteresis": 4 } } })),
        ("moveGroup", json!({ "group": group })),
        ("renameCommunity", json!({ "community": community, "name": "Town" })),
        ("recordInteractions", json!({ "group": "Garden", "interactions": [] })),
    ] {
        let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let document = format!(
            "mutation($input: {kind}!) {{ {field}(input: $input) {{ userErrors {{ code field message }} }} }}"
        );
        let answer = stage.answer(Some(&stranger), &document, json!({ "input": input })).await;
        assert_eq!(answer["data"][field]["userErrors"][0]["code"], "NOT_FOUND", "{answer:#}");
    }
}

#[tokio::test]
async fn logging_in() {
    let stage = Stage::new().await;
    let query = "mutation($input: LogInInput!) { logIn(input: $input) { accessToken expiresAt role account { email displayName }
        organization { slug } userErrors { code field message } } }";
    let input = json!({ "email": "owner@garden.example", "password": PASSWORD, "organization": "garden" });
    let answer = stage.answer(None, query, json!({ "input": input })).await;
    let payload = &answer["data"]["logIn"];
    assert_eq!(
        (&payload["role"], &payload["organization"]["slug"], &payload["userErrors"]),
        (&json!("OWNER"), &json!("garden"), &json!([]))
    );
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
            "{ viewer { account { email displayName } role capabilities organization { slug timeZone } }
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
