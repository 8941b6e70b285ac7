use std::sync::Arc;

use async_graphql::Request;
use qun_infra::budget::{Allowance, Budget};
use serde_json::{Value, json};

use super::stage::Stage;
use crate::graphql::{Executor, Payer};

const PAGE: &str = "{ groups(first: 10) { nodes { id name } } }";

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

#[tokio::test]
async fn floods_are_refused_before_anything_walks_them() {
    let stage = Stage::new().await;
    let doubled: String = (0..30).fold(String::from("{ ...f0 } "), |text, n| {
        text + &format!("fragment f{n} on Query {{ ...f{next} ...f{next} }} ", next = n + 1)
    });
    let deep = format!("{}{}", "{ groups ".repeat(5_000), "}".repeat(5_000));
    let aliases = |count: u32| (0..count).fold(String::new(), |text, n| text + &format!(" a{n}: __typename"));
    for (flood, query) in [
        ("10,000 aliases", format!("{{{}}}", aliases(10_000))),
        ("201 aliases", format!("{{{}}}", aliases(201))),
        ("50 levels", format!("{}{}", "{ groups { nodes ".repeat(25), "} }".repeat(25))),
        ("5,000 levels", deep),
        ("directives", format!("{{ __typename {} }}", "@include(if: true) ".repeat(2_000))),
        (
            "a circle of fragments",
            "{ ...f } fragment f on Query { ...g } fragment g on Query { ...f }".to_owned(),
        ),
        ("fragments that double", doubled + "fragment f30 on Query { __typename }"),
    ] {
        let answer = stage.answer(Some(&stage.owner), &query, json!({})).await;
        let refused = code(&answer) == "QUERY_TOO_COMPLEX" || code(&answer) == "BAD_USER_INPUT";
        assert!(refused && answer["data"].is_null(), "{flood}: {answer}");
    }
}

#[tokio::test]
async fn each_answer_tells_its_cost() {
    let stage = Stage::new().await;
    stage.group("Garden").await;
    let answer = stage.answer(Some(&stage.owner), PAGE, json!({})).await;
    // groups, nodes and, ten times, id and name; there is one group.
    let cost = &answer["extensions"]["cost"];
    assert_eq!(*cost, json!({ "requested": cost["requested"], "actual": 4 }));
    assert!(cost["requested"].as_u64().expect("points") >= 22);
}

/// `GraphiQL` and others send all that stands in their editor, and choose by name.
#[tokio::test]
async fn of_several_operations_the_chosen_one_is_paid_for() {
    let stage = Stage::new().await;
    let query = "query A($first: Int!) { groups(first: $first) { nodes { ...G } } }
        query B { viewer { capabilities } } query C { groups(first: 10) { nodes { ...G } } }
        fragment G on Group { id name }";
    let asked = [("B", json!({}), 2), ("C", json!({}), 31), ("A", json!({ "first": 10 }), 31)];
    // Once more from what is remembered.
    for (name, variables, requested) in asked.iter().chain(&asked).cloned() {
        let request = Request::new(query).operation_name(name).data(stage.owner.clone());
        let request = request.variables(async_graphql::Variables::from_json(variables));
        let answer = serde_json::to_value(stage.executor.execute(request).await).expect("JSON");
        assert_eq!(answer.get("errors"), None, "{answer}");
        assert_eq!(answer["extensions"]["cost"]["requested"], requested, "{name}");
    }
}

#[tokio::test]
async fn what_was_refused_once_is_refused_again() {
    let stage = Stage::new().await;
    let query = "query Cheap { viewer { capabilities } }
        query Costly { groups(first: 100) { nodes { members(first: 100) { nodes { person { id displayName } } } } } }
        query Wrong { nonsense }";
    for name in ["Cheap", "Costly", "Wrong", "Cheap", "Costly", "Wrong"] {
        let request = Request::new(query).operation_name(name).data(stage.owner.clone());
        let answer = serde_json::to_value(stage.executor.execute(request).await).expect("JSON");
        let expected = match name {
            "Costly" => json!("QUERY_TOO_COMPLEX"),
            "Wrong" => json!("BAD_USER_INPUT"),
            _ => Value::Null,
        };
        assert_eq!(*code(&answer), expected, "{name}: {answer}");
    }
}

#[tokio::test]
async fn who_has_spent_the_budget_waits() {
    let stage = Stage::new().await;
    let allowance = Allowance { points: 60, per_second: 10 };
    let budget = Budget::new(allowance, stage.app.clock.clone(), None);
    let executor = Executor::new(stage.app.clone(), true, Some(budget));
    let ask = async |who: &str| {
        let request = Request::new(PAGE).data(stage.owner.clone()).data(Payer(Arc::from(who)));
        serde_json::to_value(executor.execute(request).await).expect("JSON")
    };
    // Nothing is there, so that all but the two outer fields is given back.
    let first = ask("a").await;
    let cost = first["extensions"]["cost"].clone();
    let requested = cost["requested"].as_u64().expect("points");
    assert_eq!(
        (&cost["limit"], &cost["remaining"], &cost["restorePerSecond"]),
        (&json!(60), &json!(58), &json!(10))
    );

    let mut answered = 1;
    let spent = loop {
        let answer = ask("a").await;
        if answer["errors"].is_array() {
            break answer;
        }
        answered += 1;
    };
    assert_eq!(code(&spent), "RATE_LIMITED");
    assert!(spent["data"].is_null());
    assert_eq!(answered, (60 - requested) / 2 + 1, "each cost two points, and all of them had to be there");
    assert_eq!(spent["errors"][0]["extensions"]["retryAfterSeconds"], 1);
    assert!(ask("b").await["errors"].is_null(), "another has another budget");

    stage.app.clock.set(stage.app.clock.now().plus_millis(1_000));
    assert!(ask("a").await["errors"].is_null());
}

#[tokio::test]
async fn what_costs_more_than_a_full_budget_is_not_worth_waiting_for() {
    let stage = Stage::new().await;
    let budget = Budget::new(Allowance { points: 5, per_second: 1 }, stage.app.clock.clone(), None);
    let executor = Executor::new(stage.app.clone(), true, Some(budget));
    let request = Request::new(PAGE).data(stage.owner.clone()).data(Payer(Arc::from("a")));
    let answer = serde_json::to_value(executor.execute(request).await).expect("JSON");
    assert_eq!(code(&answer), "QUERY_TOO_COMPLEX");
}
