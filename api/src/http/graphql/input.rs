//! The parameters of a GraphQL request, out of a JSON body or out of the address.

use std::collections::HashMap;

use actix_web::web::Query;
use async_graphql::{Request, Variables};
use serde_json::{Map, Value};

use super::super::problem::Problem;
use super::named::document_name;
use crate::errors::Sentence;

/// A request out of a JSON body.
pub(super) fn from_body(body: &[u8]) -> Result<Request, Problem> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(parameters)) => from_parameters(parameters),
        Ok(Value::Array(_)) => Err(Problem::bad_request(
            "Send one request at a time: batches are not taken.",
            "请一次发送一个请求：不接受批量请求。",
        )),
        Ok(_) => Err(Problem::bad_request("The body must be a JSON object.", "请求体必须是 JSON 对象。")),
        Err(_) => Err(Problem::bad_request("The body is not JSON.", "请求体不是 JSON。")),
    }
}

/// A request out of the query of the address.
pub(super) fn from_address(query: &str) -> Result<Request, Problem> {
    let Query(given) = Query::<HashMap<String, String>>::from_query(query).map_err(|_| {
        Problem::bad_request("The query of the address is not well formed.", "网址中的查询部分格式有误。")
    })?;
    let mut parameters = Map::new();
    for (name, value) in given {
        let value = match name.as_str() {
            "variables" | "extensions" if value.is_empty() => continue,
            "variables" | "extensions" => serde_json::from_str(&value).map_err(|_| not_an_object(&name))?,
            _ => Value::String(value),
        };
        parameters.insert(name, value);
    }
    from_parameters(parameters)
}

pub(in crate::http) fn from_parameters(mut parameters: Map<String, Value>) -> Result<Request, Problem> {
    let extensions = object(&mut parameters, "extensions")?.unwrap_or_default();
    let name = document_name(&mut parameters, &extensions)?;
    let query = match parameters.remove("query") {
        Some(Value::String(query)) => query,
        None | Some(Value::Null) if name.is_some() => String::new(),
        Some(_) => return Err(Problem::bad_request("query must be a string.", "query 必须是字符串。")),
        None => {
            return Err(Problem::bad_request(
                "query is missing: the GraphQL document, as a string.",
                "缺少 query：GraphQL 文档，以字符串给出。",
            ));
        }
    };
    let mut request = Request::new(query);
    if let Some(name) = name {
        request = request.data(name);
    }
    match parameters.remove("operationName") {
        None | Some(Value::Null) => {}
        // GraphiQL and others send an empty name for none.
        Some(Value::String(name)) => request.operation_name = Some(name).filter(|name| !name.is_empty()),
        Some(_) => {
            return Err(Problem::bad_request(
                "operationName must be a string or null.",
                "operationName 必须是字符串或 null。",
            ));
        }
    }
    if let Some(variables) = object(&mut parameters, "variables")? {
        request.variables = Variables::from_json(Value::Object(variables));
    }
    let extensions =
        extensions.into_iter().map(|(key, value)| Ok((key, async_graphql::Value::from_json(value)?)));
    request.extensions.0 =
        extensions.collect::<serde_json::Result<_>>().map_err(|_| not_an_object_nor_null("extensions"))?;
    Ok(request)
}

fn object(
    parameters: &mut Map<String, Value>,
    name: &'static str,
) -> Result<Option<Map<String, Value>>, Problem> {
    match parameters.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(not_an_object_nor_null(name)),
    }
}

fn not_an_object(name: &str) -> Problem {
    Problem::BadRequest(Sentence::of(
        format!("{name} must be a JSON object."),
        format!("{name} 必须是 JSON 对象。"),
    ))
}

fn not_an_object_nor_null(name: &str) -> Problem {
    Problem::BadRequest(Sentence::of(
        format!("{name} must be a JSON object or null."),
        format!("{name} 必须是 JSON 对象或 null。"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(outcome: Result<Request, Problem>) -> u16 {
        outcome.map_or_else(|problem| problem.code().status().as_u16(), |_| 200)
    }

    #[test]
    fn bodies() {
        for (body, expected) in [
            (r#"{"query": "{ a }"}"#, 200),
            (r#"{"query": "", "unknown": 1}"#, 200),
            (r#"{"query": "{ a }", "variables": null, "operationName": null, "extensions": null}"#, 200),
            (
                r#"{"query": "{ a }", "variables": {"x": [1, "群", null]}, "operationName": "", "extensions": {"e": 1}}"#,
                200,
            ),
            ("", 400),
            ("{", 400),
            ("null", 400),
            ("\"{ a }\"", 400),
            ("{}", 400),
            (r#"{"query": null}"#, 400),
            (r#"{"query": {"a": 1}}"#, 400),
            (r#"{"query": "{ a }", "variables": "{}"}"#, 400),
            (r#"{"query": "{ a }", "variables": []}"#, 400),
            (r#"{"query": "{ a }", "operationName": 1}"#, 400),
            (r#"{"query": "{ a }", "extensions": []}"#, 400),
            (r#"[{"query": "{ a }"}]"#, 400),
            ("[]", 400),
        ] {
            assert_eq!(status(from_body(body.as_bytes())), expected, "{body}");
        }
        assert_eq!(status(from_body(b"{\"query\": \"\xff\"}")), 400);
        assert_eq!(status(from_body("[".repeat(100_000).as_bytes())), 400);
    }

    #[test]
    fn what_was_sent_arrives() {
        let body = r#"{"query": "query Q { a }", "operationName": "Q", "variables": {"x": 1}, "extensions": {"e": true}}"#;
        let request = from_body(body.as_bytes()).expect("a request");
        assert_eq!((request.query.as_str(), request.operation_name.as_deref()), ("query Q { a }", Some("Q")));
        assert_eq!(serde_json::to_string(&request.variables).ok().as_deref(), Some(r#"{"x":1}"#));
        assert_eq!(request.extensions.get("e"), Some(&async_graphql::Value::Boolean(true)));
    }

    #[test]
    fn addresses() {
        for (address, expected) in [
            ("query=%7B%20a%20%7D", 200),
            ("query={a}&variables=&operationName=", 200),
            ("query=query(%24x:Int){a}&variables=%7B%22x%22:1%7D", 200),
            ("query=not+graphql+{", 200),
            ("documentId=viewer", 200),
            ("", 400),
            ("variables={}", 400),
            ("query={a}&variables=1", 400),
            ("query={a}&variables={", 400),
            ("documentId=", 400),
        ] {
            assert_eq!(status(from_address(address)), expected, "{address}");
        }
    }
}
