//! The name of a document: `documentId` (GraphQL over HTTP, appendix "Persisted Documents"), or
//! `extensions.persistedQuery` as Apollo's clients send it.

use qun_infra::documents::TextHash;
use serde_json::{Map, Value};

use super::super::problem::Problem;
use crate::graphql::DocumentName;

/// The longest id of a client's own, in characters.
const LONGEST: usize = 200;

/// The name that a request gives its document, if it gives one.
pub(super) fn document_name(
    parameters: &mut Map<String, Value>,
    extensions: &Map<String, Value>,
) -> Result<Option<DocumentName>, Problem> {
    let by_id = match parameters.remove("documentId") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(by_id(&id)?),
        Some(_) => {
            return Err(Problem::bad_request("documentId must be a string.", "documentId 必须是字符串。"));
        }
    };
    let by_hash = match extensions.get("persistedQuery") {
        None | Some(Value::Null) => None,
        Some(Value::Object(named)) => Some(by_hash(named)?),
        Some(_) => {
            return Err(Problem::bad_request(
                "extensions.persistedQuery must be an object.",
                "extensions.persistedQuery 必须是对象。",
            ));
        }
    };
    match (by_id, by_hash) {
        (Some(id), Some(hash)) if id != hash => Err(Problem::bad_request(
            "documentId and extensions.persistedQuery name two documents.",
            "documentId 与 extensions.persistedQuery 指向两个不同的文档。",
        )),
        (id, hash) => Ok(id.or(hash)),
    }
}

fn by_id(id: &str) -> Result<DocumentName, Problem> {
    DocumentName::read(id).filter(|_| id.chars().count() <= LONGEST).ok_or(Problem::bad_request(
        "documentId must be sha256: and 64 hexadecimal digits in lower case, or 1 to 200 characters.",
        "documentId 必须是 sha256: 加 64 位小写十六进制数字，或 1 到 200 个字符。",
    ))
}

fn by_hash(named: &Map<String, Value>) -> Result<DocumentName, Problem> {
    if named.get("version").and_then(Value::as_u64) != Some(1) {
        return Err(Problem::bad_request(
            "extensions.persistedQuery.version must be 1.",
            "extensions.persistedQuery.version 必须是 1。",
        ));
    }
    let hash = named.get("sha256Hash").and_then(Value::as_str).and_then(TextHash::read);
    hash.map(DocumentName::Hash).ok_or(Problem::bad_request(
        "extensions.persistedQuery.sha256Hash must be 64 hexadecimal digits in lower case.",
        "extensions.persistedQuery.sha256Hash 必须是 64 位小写十六进制数字。",
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HEX: &str = "71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b";

    /// What is read; a problem is as good as another.
    fn named(id: Value, persisted: Value) -> Result<Option<DocumentName>, ()> {
        let mut parameters = Map::from_iter([("documentId".to_owned(), id)]);
        let extensions = Map::from_iter([("persistedQuery".to_owned(), persisted)]);
        document_name(&mut parameters, &extensions).map_err(|_| ())
    }

    #[test]
    fn one_name_in_either_place() {
        let hash = TextHash::read(HEX).map(DocumentName::Hash);
        let apollo = json!({ "version": 1, "sha256Hash": HEX });
        assert_eq!(named(Value::Null, Value::Null), Ok(None));
        assert_eq!(named(Value::Null, apollo.clone()), Ok(hash.clone()));
        assert_eq!(named(json!(format!("sha256:{HEX}")), Value::Null), Ok(hash.clone()));
        assert_eq!(named(json!(HEX), apollo.clone()), Ok(hash), "the same twice");
        let custom = DocumentName::Custom("viewer".to_owned());
        assert_eq!(named(json!("viewer"), Value::Null), Ok(Some(custom)));
        assert_eq!(named(json!("viewer"), apollo), Err(()), "two names");
    }

    #[test]
    fn bad_names() {
        for id in [json!(""), json!(1), json!("sha256:12"), json!("x".repeat(201))] {
            assert_eq!(named(id.clone(), Value::Null), Err(()), "{id}");
        }
        for persisted in [
            json!("x"),
            json!({}),
            json!({ "version": 2, "sha256Hash": HEX }),
            json!({ "version": 1 }),
            json!({ "version": 1, "sha256Hash": HEX.to_uppercase() }),
            json!({ "version": "1", "sha256Hash": HEX }),
        ] {
            assert_eq!(named(Value::Null, persisted.clone()), Err(()), "{persisted}");
        }
    }
}
