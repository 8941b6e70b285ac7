use async_graphql::{Request, Variables};
use serde_json::{Value, json};

use super::stage::Stage;
use crate::graphql::HeaderKey;

const CREATE: &str = "mutation($input: CreateCommunityInput!) {
    createCommunity(input: $input) { community { id name } userErrors { code } } }";

fn plants(key: Option<&str>) -> Value {
    json!({ "input": { "name": "Plants", "timeZone": "Asia/Shanghai", "idempotencyKey": key } })
}

async fn with_header(stage: &Stage, key: &str, query: &str, variables: Value) -> Value {
    let request = Request::new(query).variables(Variables::from_json(variables));
    let request = request.data(stage.owner.clone()).data(HeaderKey(key.to_owned()));
    serde_json::to_value(stage.executor.execute(request).await).expect("JSON")
}

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

#[tokio::test]
async fn every_mutation_of_an_organization_takes_a_key() {
    let stage = Stage::new().await;
    let schema = "{ __schema { mutationType { fields { name args { name type { ofType { name inputFields {
        name type { name } } } } } } } } }";
    let fields = stage.ask(schema, json!({})).await["__schema"]["mutationType"]["fields"].clone();
    let mut without = Vec::new();
    for field in fields.as_array().expect("fields") {
        let inputs = &field["args"][0]["type"]["ofType"]["inputFields"];
        let takes = |input: &Value| input["name"] == "idempotencyKey" && input["type"]["name"] == "String";
        if !inputs.as_array().expect("an input").iter().any(takes) {
            without.push(field["name"].as_str().expect("a name").to_owned());
        }
    }
    // What concerns the account and not the organization: each may be sent again as it is.
    let door = [
        "logIn",
        "refreshSession",
        "beginOidcLogIn",
        "completeOidcLogIn",
        "logOut",
        "revokeSession",
        "switchOrganization",
        "requestSignUp",
        "completeSignUp",
        "requestPasswordReset",
        "resetPassword",
        "changePassword",
        "beginSecondFactor",
        "confirmSecondFactor",
        "endSecondFactor",
        "renewRecoveryCodes",
        "updateAccount",
        "acceptInvitation",
        "claimInvitation",
    ];
    assert_eq!(without, door);
}

#[tokio::test]
async fn the_first_answer_is_given_again() {
    let stage = Stage::new().await;
    let first = stage.ask(CREATE, plants(Some("k"))).await;
    assert_eq!(first["createCommunity"]["community"]["name"], "Plants");
    assert_eq!(stage.ask(CREATE, plants(Some("k"))).await, first);
    // Written out instead of as a variable, and in another order, it is the same request.
    let literal = r#"mutation { createCommunity(input: {idempotencyKey: "k", timeZone: "Asia/Shanghai", name: "Plants"}) {
        community { id name } userErrors { code } } }"#;
    assert_eq!(stage.ask(literal, json!({})).await, first);
    let taken = stage.ask(CREATE, plants(None)).await;
    assert_eq!(taken["createCommunity"]["userErrors"][0]["code"], "NAME_TAKEN");
}

#[tokio::test]
async fn a_key_with_another_request_is_refused() {
    let stage = Stage::new().await;
    stage.ask(CREATE, plants(Some("k"))).await;
    let other = json!({ "input": { "name": "Stones", "timeZone": "Asia/Shanghai", "idempotencyKey": "k" } });
    let answer = stage.answer(Some(&stage.owner), CREATE, other).await;
    assert_eq!(code(&answer), "IDEMPOTENCY_KEY_REUSED");
    for bad in [String::new(), "x".repeat(201), "a\u{7}".to_owned()] {
        let answer = stage.answer(Some(&stage.owner), CREATE, plants(Some(&bad))).await;
        assert_eq!(code(&answer), "BAD_USER_INPUT", "{bad}");
    }
}

#[tokio::test]
async fn the_key_of_the_header_is_for_each_field() {
    let stage = Stage::new().await;
    let two = r#"mutation {
        a: createCommunity(input: {name: "Plants", timeZone: "Asia/Shanghai"}) { community { id } userErrors { code } }
        b: createCommunity(input: {name: "Stones", timeZone: "Asia/Shanghai"}) { community { id } userErrors { code } }
    }"#;
    let first = with_header(&stage, "k", two, json!({})).await;
    assert!(
        first["data"]["a"]["community"]["id"].is_string()
            && first["data"]["b"]["community"]["id"].is_string()
    );
    assert_eq!(with_header(&stage, "k", two, json!({})).await, first);
    let again = with_header(&stage, "other", two, json!({})).await;
    assert_eq!(again["data"]["a"]["userErrors"][0]["code"], "NAME_TAKEN");
}

#[tokio::test]
async fn weeks_are_evaluated_once_for_a_key() {
    let stage = Stage::new().await;
    let group = stage.garden(3).await;
    let evaluate = "mutation($input: EvaluateTiersInput!) { evaluateTiers(input: $input) {
        evaluations { id week revision } userErrors { code } } }";
    let input = json!({ "input": { "scope": group, "idempotencyKey": "k" } });
    let first = stage.ask(evaluate, input.clone()).await;
    assert!(!first["evaluateTiers"]["evaluations"].as_array().expect("evaluations").is_empty());
    assert_eq!(stage.ask(evaluate, input).await, first);
    let again = stage.ask(evaluate, json!({ "input": { "scope": group } })).await;
    assert_ne!(again, first, "without the key there is a further revision");
}
