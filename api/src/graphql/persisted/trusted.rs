//! The list of all documents that a server runs: checked when it starts, so that a front end
//! never meets one that does not hold.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::parser::types::{BaseType, ExecutableDocument, Type};
use async_graphql::{Positioned, Request, Schema, ServerError, ValidationResult, Value, Variables};
use futures_util::{FutureExt, StreamExt};
use qun_domain::locale::Locale;
use qun_infra::documents::TextHash;
use thiserror::Error;

use super::super::Subscription;
use super::super::{COMPLEXITY, DEPTH, Mutation, Query, builder, limits};
use super::DocumentName;

/// Documents by each of their names: the id of the list, and the hash of the text.
#[derive(Debug)]
pub struct TrustedDocuments(HashMap<DocumentName, Arc<str>>);

/// Why a list cannot be used: one line for each thing that is wrong.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{}", .0.join("\n"))]
pub struct TrustedError(Vec<String>);

impl TrustedDocuments {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, and as [`TrustedDocuments::read`].
    pub fn open(file: &Path) -> Result<Self, TrustedError> {
        let within = |why: String| format!("trusted_documents, the file {}: {why}", file.display());
        let text = std::fs::read_to_string(file)
            .map_err(|error| TrustedError(vec![within(format!("it cannot be read: {error}"))]))?;
        Self::read(&text).map_err(|TrustedError(lines)| TrustedError(lines.into_iter().map(within).collect()))
    }

    /// Reads a list: a JSON object of ids and texts, as GraphQL Code Generator and the compiler
    /// of Relay write it.
    ///
    /// # Errors
    /// Each document that does not hold against the schema, by its id.
    pub fn read(json: &str) -> Result<Self, TrustedError> {
        let listed: BTreeMap<String, String> = serde_json::from_str(json).map_err(|_| {
            TrustedError(vec!["it must be a JSON object of ids and texts of documents".to_owned()])
        })?;
        if listed.is_empty() {
            return Err(TrustedError(vec!["it has no document, so that nothing could be asked".to_owned()]));
        }
        let (mut documents, mut problems) = (HashMap::new(), Vec::new());
        let rehearsal = Rehearsal::new();
        for (id, text) in listed {
            let hash = TextHash::of(&text);
            let text: Arc<str> = text.into();
            match DocumentName::read(&id) {
                None => problems.push(format!("{id:?} is no id: sha256: goes before 64 digits")),
                Some(DocumentName::Hash(named)) if id.contains(':') && named != hash => {
                    problems.push(format!("{id} is not the hash of its text"));
                }
                Some(name) => {
                    problems.extend(rehearsal.problems(&text).into_iter().map(|why| format!("{id}: {why}")));
                    // The list's own names go before those that are worked out.
                    documents.insert(name, Arc::clone(&text));
                    documents.entry(DocumentName::Hash(hash)).or_insert(text);
                }
            }
        }
        if problems.is_empty() { Ok(Self(documents)) } else { Err(TrustedError(problems)) }
    }

    pub(super) fn text(&self, name: &DocumentName) -> Option<&str> {
        self.0.get(name).map(AsRef::as_ref)
    }
}

/// The schema, in which documents are validated and never run.
struct Rehearsal(Schema<Query, Mutation, Subscription>);

impl Rehearsal {
    fn new() -> Self {
        Self(builder().limit_depth(DEPTH).limit_complexity(COMPLEXITY).extension(Stop).finish())
    }

    /// What is wrong with a document.
    fn problems(&self, text: &str) -> Vec<String> {
        if let Err(too_much) = limits::check_text(text) {
            return vec![too_much.sentence().text(Locale::En).to_owned()];
        }
        let document = match async_graphql::parser::parse_query(text) {
            Ok(document) => document,
            Err(error) => return vec![one_line(&error.to_string())],
        };
        if let Err(too_much) = limits::check(&document) {
            return vec![too_much.sentence().text(Locale::En).to_owned()];
        }
        let mut request = Request::new("").variables(stand_ins(&document));
        request.set_parsed_query(document);
        // Nothing in it waits: it ends before a resolver is called.
        match self.0.execute_stream(request).next().now_or_never().flatten() {
            Some(response) => response.errors.iter().map(located).collect(),
            None => vec!["it cannot be checked".to_owned()],
        }
    }
}

/// Values for the variables on which costs depend; those of other types are not looked at
/// before a document runs.
fn stand_ins(document: &ExecutableDocument) -> Variables {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node);
    let mut variables = Variables::default();
    for Positioned { node: variable, .. } in operations.flat_map(|operation| &operation.variable_definitions)
    {
        if variable.default_value.is_none()
            && let Some(value) = stand_in(&variable.var_type.node)
        {
            variables.insert(variable.name.node.clone(), value);
        }
    }
    variables
}

fn stand_in(kind: &Type) -> Option<Value> {
    match &kind.base {
        BaseType::List(_) => Some(Value::List(Vec::new())),
        BaseType::Named(name) => match name.as_str() {
            "Int" => Some(1.into()),
            "Date" => Some("2026-01-05".into()),
            _ => None,
        },
    }
}

fn located(error: &ServerError) -> String {
    let message = one_line(&error.message);
    match error.locations.first() {
        Some(place) => format!("{message} (line {}, column {})", place.line, place.column),
        None => message,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Ends each request after its validation.
struct Stop;

impl ExtensionFactory for Stop {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Stop {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await?;
        Err(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(list: &serde_json::Value) -> Result<TrustedDocuments, Vec<String>> {
        TrustedDocuments::read(&list.to_string()).map_err(|TrustedError(problems)| problems)
    }

    #[test]
    fn a_document_has_the_name_of_the_list_and_its_hash() {
        let text = "query Viewer { viewer { capabilities } }";
        let hash = DocumentName::Hash(TextHash::of(text));
        let list = read(&json!({ "1b4f0e98": text })).expect("a list");
        for name in [DocumentName::Custom("1b4f0e98".to_owned()), hash.clone()] {
            assert_eq!(list.text(&name), Some(text), "{name:?}");
        }
        let hex = "0".repeat(64);
        let list = read(&json!({ hex.clone(): text })).expect("the tool may have hashed another text");
        let named = TextHash::read(&hex).map(DocumentName::Hash).expect("a hash");
        assert_eq!((list.text(&named), list.text(&hash)), (Some(text), Some(text)));
    }

    /// Costs that depend on arguments are worked out when variables have no value yet.
    #[test]
    fn variables_need_no_values() {
        let query = "query Q($first: Int!, $after: String, $ids: [ID!]!, $id: ID!, $from: Date!, $to: Date!,
            $tier: Tier, $weeks: Int!) {
          nodes(ids: $ids) { id }
          groups(first: $first, after: $after) { nodes { id } }
          group(id: $id) {
            activity(from: $from, to: $to) { day }
            members(first: $first, tier: $tier) { nodes { tierHistory(last: $weeks) { week } } }
          }
        }";
        let mutation = "mutation M($input: RecordInteractionsInput!) {
          recordInteractions(input: $input) { accepted } }";
        read(&json!({ "q": query, "m": mutation, "both": format!("{query} {mutation}") })).expect("a list");
    }

    #[test]
    fn each_document_that_does_not_hold_is_told() {
        let problems = read(&json!({
            "a": "{ viewer { capabilities } }",
            "b": "{ viewer { rôle } }",
            "c": "query C { nobody } query D { viewer { capabilities } groups(first: \"x\") { nodes { id } } }",
            "d": "query D($x: Int) { viewer { capabilities } }",
            "e": format!("{{ {} }}", "a ".repeat(20_000)),
            "f": "{ groups(first: 100) { nodes { members(first: 100) { nodes { person { id } } } } } }",
            "sha256:12": "{ viewer { capabilities } }",
            format!("sha256:{}", "0".repeat(64)): "{ viewer { capabilities } }",
        }))
        .expect_err("refused");
        let told =
            |id: &str, why: &str| problems.iter().any(|line| line.starts_with(id) && line.contains(why));
        for (id, why) in [
            ("b: ", "expected"),
            ("c: ", "Unknown field \"nobody\" on type \"Query\". (line 1, column 11)"),
            ("c: ", "Invalid value for argument \"first\""),
            ("d: ", "Variable \"$x\" is not used"),
            ("e: ", "at most 10000 tokens"),
            ("f: ", "Query is too complex."),
            ("\"sha256:12\"", "is no id"),
            ("sha256:0", "is not the hash"),
        ] {
            assert!(told(id, why), "{id} {why}\n{problems:#?}");
        }
        assert!(!problems.iter().any(|line| line.starts_with("a: ")), "{problems:#?}");
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for bad in ["", "[]", "{}", r#"{"a": 1}"#, r#"["{ a }"]"#] {
            assert!(TrustedDocuments::read(bad).is_err(), "{bad}");
        }
        let error = TrustedDocuments::open(Path::new("/nowhere/list.json")).expect_err("refused");
        assert!(error.to_string().starts_with("trusted_documents, the file /nowhere/list.json: it cannot"));
    }
}
