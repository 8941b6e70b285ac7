//! Documents on their way in: within limits, and parsed once, as front ends send the same few
//! again and again.

use std::sync::Arc;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{Name, Request};
use moka::sync::Cache;

use super::limits::{self, TooMuch};

/// The text of all remembered documents together, in bytes. What is parsed takes about ten
/// times as much.
const TEXTS: u64 = 1024 * 1024;

/// A longer document is parsed each time.
const LONGEST: usize = 16 * 1024;

/// Parsed documents by their text. Clones share them.
#[derive(Clone)]
pub(super) struct Documents(Cache<String, Arc<ExecutableDocument>>);

impl Documents {
    pub(super) fn new() -> Self {
        let weigh =
            |text: &String, _: &Arc<ExecutableDocument>| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(TEXTS).weigher(weigh).build())
    }

    /// Gives the request its parsed document; which operation it chose. A document that does not
    /// parse is left to the executor to report.
    ///
    /// # Errors
    /// When the document is beyond what is looked at at all.
    pub(super) fn parse(&self, request: &mut Request) -> Result<Chosen, TooMuch> {
        let operation = request.operation_name.clone();
        if let Some(document) = self.0.get(&request.query) {
            request.set_parsed_query(ExecutableDocument::clone(&document));
            return Ok(Chosen::of(&document, operation.as_deref()));
        }
        limits::check_text(&request.query)?;
        let is_short = request.query.len() <= LONGEST;
        let Ok(document) = request.parsed_query() else { return Ok(Chosen::nothing()) };
        limits::check(document)?;
        let chosen = Chosen::of(document, operation.as_deref());
        if let Some(kept) = is_short.then(|| Arc::new(document.clone())) {
            self.0.insert(request.query.clone(), kept);
        }
        Ok(chosen)
    }
}

/// The operation of a document that a request chose.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// The name that the document gives it.
    pub(super) name: Option<String>,
    /// `None` where it is not there, or one of several that is not named.
    pub(super) kind: Option<OperationType>,
    /// Whether it changes nothing; one that is not there changes nothing either.
    pub(super) reads_only: bool,
}

impl Chosen {
    fn nothing() -> Self {
        Self { name: None, kind: None, reads_only: true }
    }

    fn of(document: &ExecutableDocument, named: Option<&str>) -> Self {
        let mut all = document.operations.iter();
        let found = match &document.operations {
            DocumentOperations::Multiple(several) if named.is_none() && several.len() > 1 => {
                let reads_only = several.values().all(|operation| operation.node.ty == OperationType::Query);
                return Self { reads_only, ..Self::nothing() };
            }
            DocumentOperations::Multiple(_) if named.is_some() => {
                all.find(|(name, _)| name.map(Name::as_str) == named)
            }
            _ => all.next(),
        };
        found.map_or_else(Self::nothing, |(name, operation)| Self {
            name: name.map(ToString::to_string),
            kind: Some(operation.node.ty),
            reads_only: operation.node.ty == OperationType::Query,
        })
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn the_name_is_that_of_the_document() {
        for (query, operation, name) in [
            ("query Q { a }", None, Some("Q")),
            ("query Q { a }", Some("Q"), Some("Q")),
            ("{ a }", Some("made up"), None),
            ("query Q { a } mutation M { a }", Some("M"), Some("M")),
            ("query Q { a } mutation M { a }", Some("made up"), None),
            ("query Q { a } mutation M { a }", None, None),
        ] {
            let document = parse_query(query).expect("a document");
            assert_eq!(Chosen::of(&document, operation).name.as_deref(), name, "{query} {operation:?}");
        }
    }

    #[test]
    fn what_reads_only() {
        let both = "query Q { a } mutation M { a }";
        for (query, operation, reads) in [
            ("{ a }", None, true),
            ("query A { a } query B { b }", None, true),
            ("mutation { a }", None, false),
            ("subscription { a }", None, false),
            (both, None, false),
            (both, Some("Q"), true),
            (both, Some("M"), false),
            (both, Some("X"), true),
        ] {
            let document = parse_query(query).expect("a document");
            assert_eq!(Chosen::of(&document, operation).reads_only, reads, "{query} {operation:?}");
        }
    }
}
