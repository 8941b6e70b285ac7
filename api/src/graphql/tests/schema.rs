use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::stage::Stage;
use crate::graphql::{builder, schema_sdl};

const INTROSPECTION: &str = "{ __schema { types { name kind description
    fields(includeDeprecated: true) { name description args { name description } }
    inputFields { name description } enumValues(includeDeprecated: true) { name description } } } }";

/// As graphql-js 16 and `GraphiQL` ask.
const FULL_INTROSPECTION: &str = "query IntrospectionQuery { __schema { queryType { name } mutationType { name }
    types { ...FullType } directives { name locations args { ...InputValue } } } }
    fragment FullType on __Type { kind name fields(includeDeprecated: true) { name args { ...InputValue }
      type { ...TypeRef } } inputFields { ...InputValue } interfaces { ...TypeRef }
      enumValues(includeDeprecated: true) { name } possibleTypes { ...TypeRef } }
    fragment InputValue on __InputValue { name type { ...TypeRef } defaultValue }
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind
      name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
      } } } } } } } } } }";

fn all(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[tokio::test]
async fn everything_has_a_description() {
    let schema = builder().finish();
    let answer = serde_json::to_value(schema.execute(INTROSPECTION).await).expect("JSON");
    let mut bare = BTreeSet::new();
    let mut look = |path: String, what: &Value| {
        if what["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
            bare.insert(path);
        }
    };
    for kind in all(&answer["data"]["__schema"]["types"]) {
        let name = kind["name"].as_str().unwrap_or_default();
        // What GraphQL itself brings needs no words of ours.
        if name.starts_with("__") || ["Boolean", "Float", "ID", "Int", "String"].contains(&name) {
            continue;
        }
        look(name.to_owned(), kind);
        for member in ["fields", "inputFields", "enumValues"] {
            for field in all(&kind[member]) {
                look(format!("{name}.{}", field["name"]), field);
                for argument in all(&field["args"]) {
                    look(format!("{name}.{}({})", field["name"], argument["name"]), argument);
                }
            }
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

#[test]
fn the_committed_schema_is_this_one() {
    let committed = include_str!("../../../../schema.graphql");
    assert!(committed.trim_end() == schema_sdl().trim_end(), "run: qun schema > schema.graphql");
}

#[test]
fn the_sdl_is_whole() {
    let sdl = schema_sdl();
    for scalar in ["DateTime", "Date", "Week", "TimeZone", "JSON"] {
        assert!(sdl.contains(&format!("scalar {scalar} @specifiedBy(url: \"https://")), "{scalar}");
    }
    assert!(!sdl.contains("Problem") && !sdl.contains("Object "), "a name of Rust");
}

/// A list never has holes; only the root's `nodes` may, where an id names nothing.
#[test]
fn elements_of_lists_are_there() {
    let sdl = schema_sdl();
    let holes: Vec<&str> =
        sdl.lines().map(str::trim).filter(|line| line.contains("]!") && !line.contains("!]!")).collect();
    assert_eq!(holes.len(), 1, "{holes:?}");
    assert!(holes[0].ends_with(": [Node]!"), "{holes:?}");
}

#[tokio::test]
async fn explorers_may_ask_for_all_of_it_and_nobody_when_it_is_closed() {
    let stage = Stage::new().await;
    let answer = stage.answer(None, FULL_INTROSPECTION, json!({})).await;
    assert!(answer.get("errors").is_none(), "{:#}", answer["errors"]);
    let closed = crate::graphql::Executor::new(stage.app.clone(), false, None);
    let answer =
        serde_json::to_value(closed.execute(async_graphql::Request::new(INTROSPECTION)).await).expect("JSON");
    assert!(answer["data"]["__schema"].is_null(), "{answer:#}");
}

#[tokio::test]
async fn documents_that_ask_for_too_much_are_refused() {
    let stage = Stage::new().await;
    let code = async |query: &str| {
        let answer = stage.answer(Some(&stage.owner), query, json!({})).await;
        answer["errors"][0]["extensions"]["code"].clone()
    };
    let wide =
        "{ groups(first: 100) { nodes { members(first: 100) { nodes { person { id displayName } } } } } }";
    assert_eq!(code(wide).await, "QUERY_TOO_COMPLEX");
    let deep =
        format!("{{ groups {{ nodes {} }} }}", nest("community { groups { nodes ", " } }", 6, "{ id }"));
    assert_eq!(code(&deep).await, "QUERY_TOO_COMPLEX");
    assert_eq!(code("{ nonsense }").await, "BAD_USER_INPUT");
    assert_eq!(code("{").await, "BAD_USER_INPUT");
    let page =
        "{ group(name: \"x\") { members(first: 100, order: SCORE) { totalCount pageInfo { endCursor } nodes {
        person { id displayName } group { id name } role score { tier scoreShown reasons { code sentence } }
        tierHistory { week tier scoreShown } } } } }";
    assert_eq!(code(page).await, Value::Null, "a whole page of members fits");
}

fn nest(open: &str, close: &str, times: usize, inner: &str) -> String {
    (0..times).fold(inner.to_owned(), |inner, _| format!("{{ {open}{inner}{close} }}"))
}
