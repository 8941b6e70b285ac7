//! What documents cost, of those that were validated before: front ends send the same few again and
//! again, with other ids and cursors.

use async_graphql::parser::types::{BaseType, DocumentOperations, OperationDefinition, OperationType, Type};
use async_graphql::{Request, Value};
use serde::Serialize;

use super::remembered::Remembered;

/// Prices in points, by [`key`].
pub(super) type Prices = Remembered<u32>;

/// What the price of a query depends on, and whether it is valid: its document, which of its operations
/// was chosen, and its variables.
///
/// Of a variable that is declared as a text or an id, or a list of these, what the text says is left
/// out: any text will do, and no price looks at one. `None` for what is not remembered: a request whose
/// operation is not known, and one that does something. Mutations come once, and with passwords.
pub(super) fn key(request: &mut Request) -> Option<String> {
    let mut key = String::with_capacity(request.query.len() + 64);
    // The document has the chosen operation alone by now, and its text has all of them.
    whole(&request.operation_name, &mut key);
    let variables = std::mem::take(&mut request.variables);
    let operation = request.parsed_query().ok().and_then(|document| only(&document.operations));
    let reads = operation.filter(|operation| operation.ty == OperationType::Query);
    for definition in reads.into_iter().flat_map(|operation| &operation.variable_definitions) {
        let definition = &definition.node;
        key.push(',');
        // One that is not given differs from one that is null.
        if let Some(value) = variables.get(&definition.name.node) {
            if is_text(&definition.var_type.node) {
                shape(value, &mut key);
            } else {
                whole(value, &mut key);
            }
        }
    }
    key.push('\0');
    let is_known = reads.is_some();
    request.variables = variables;
    is_known.then(|| key + &request.query)
}

fn only(operations: &DocumentOperations) -> Option<&OperationDefinition> {
    let mut all = operations.iter();
    let (_, first) = all.next()?;
    all.next().is_none().then_some(&first.node)
}

fn is_text(of: &Type) -> bool {
    match &of.base {
        BaseType::Named(name) => matches!(name.as_str(), "ID" | "String"),
        BaseType::List(of) => is_text(of),
    }
}

/// As JSON, in which nothing that somebody sends looks like what stands between two values.
fn whole(value: &impl Serialize, into: &mut String) {
    // Values of a request came as JSON, and go as such.
    into.push_str(&serde_json::to_string(value).unwrap_or_default());
}

fn shape(value: &Value, into: &mut String) {
    match value {
        Value::String(_) => into.push('"'),
        Value::List(values) => {
            into.push('[');
            for value in values {
                shape(value, into);
                into.push(',');
            }
            into.push(']');
        }
        other => whole(other, into),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use serde_json::json;

    use super::*;

    fn key_of(query: &str, variables: serde_json::Value) -> Option<String> {
        key(&mut Request::new(query).variables(Variables::from_json(variables)))
    }

    #[test]
    fn texts_and_ids_do_not_matter_and_all_else_does() {
        let query = "query($a: ID, $b: [String!]!, $c: Int, $d: Date) { a(a: $a, b: $b, c: $c, d: $d) }";
        let first = key_of(query, json!({ "a": "x", "b": ["1", "2"], "c": 3, "d": "2026-01-01" }));
        assert!(first.is_some());
        let same = json!({ "a": "other", "b": ["3", ""], "c": 3, "d": "2026-01-01", "undeclared": 7 });
        assert_eq!(key_of(query, same), first);
        for other in [
            json!({ "a": "x", "b": ["1"], "c": 3, "d": "2026-01-01" }),
            json!({ "a": "x", "b": ["1", 2], "c": 3, "d": "2026-01-01" }),
            json!({ "a": 1, "b": ["1", "2"], "c": 3, "d": "2026-01-01" }),
            json!({ "a": null, "b": ["1", "2"], "c": 3, "d": "2026-01-01" }),
            json!({ "b": ["1", "2"], "c": 3, "d": "2026-01-01" }),
            json!({ "a": "x", "b": ["1", "2"], "c": 4, "d": "2026-01-01" }),
            json!({ "a": "x", "b": ["1", "2"], "c": 3, "d": "2026-01-02" }),
            json!({ "a": "x", "b": ["1", "2"], "c": 3, "d": 1 }),
            json!({ "a": "x", "b": "1", "c": 3, "d": "2026-01-01" }),
            json!({ "a": "x", "b": [12], "c": 3, "d": "2026-01-01" }),
        ] {
            assert_ne!(key_of(query, other.clone()), first, "{other}");
        }
        assert_ne!(key_of(&query.replace("a(", "b("), json!({})), key_of(query, json!({})));
    }

    /// What is sent cannot be written so that it looks like something else that is sent.
    #[test]
    fn values_keep_apart() {
        let query =
            "query($a: DateTime, $n: Int, $b: DateTime, $ids: [ID!]) { a(a: $a, n: $n, b: $b, ids: $ids) }";
        let keys = [
            json!({ "a": { "k: 1},100,{z": 2 }, "n": 1, "b": { "w": 3 } }),
            json!({ "a": { "k": 1 }, "n": 100, "b": { "z: 2},1,{w": 3 } }),
            json!({ "a": "1\",2,\"3", "n": 2 }),
            json!({ "a": "1", "n": 2, "b": "3" }),
            json!({ "ids": [1, 2, 3] }),
            json!({ "ids": [123] }),
            json!({ "ids": [[1, 2], 3] }),
            json!({ "ids": [1, [2, 3]] }),
            json!({}),
        ]
        .map(|variables| key_of(query, variables).expect("a key"));
        let apart: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(apart.len(), keys.len(), "{keys:#?}");
    }

    #[test]
    fn of_several_operations_and_of_mutations_none_is_remembered() {
        assert_eq!(key_of("query A { a } query B { b }", json!({})), None);
        assert_eq!(key_of("mutation M($password: String!) { a(a: $password) }", json!({})), None);
        assert_eq!(key_of("{", json!({})), None);
    }
}
