//! Documents on their way in: within limits, and parsed once, as front ends send the same few
//! again and again.

use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
};
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

    /// Gives the request its parsed document; what its operation is. A document that does not
    /// parse is left to the executor to report.
    ///
    /// # Errors
    /// When the document is beyond what is looked at at all.
    pub(super) fn parse(&self, request: &mut Request) -> Result<Kind, TooMuch> {
        let operation = request.operation_name.clone();
        if let Some(document) = self.0.get(&request.query) {
            request.set_parsed_query(ExecutableDocument::clone(&document));
            return Ok(kind(&document, operation.as_deref()));
        }
        limits::check_text(&request.query)?;
        let is_short = request.query.len() <= LONGEST;
        let Ok(document) = request.parsed_query() else { return Ok(Kind::Reads) };
        limits::check(document)?;
        let kind = kind(document, operation.as_deref());
        if let Some(kept) = is_short.then(|| Arc::new(document.clone())) {
            self.0.insert(request.query.clone(), kept);
        }
        Ok(kind)
    }
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A query; one that is not there changes nothing either.
    Reads,
    /// A subscription of one field.
    Follows,
    /// A subscription of several fields, or of fragments.
    FollowsSeveral,
    /// A mutation, or a choice among several operations that nobody made.
    Writes,
}

/// What the chosen operation does.
pub(crate) fn kind(document: &ExecutableDocument, operation: Option<&str>) -> Kind {
    match (&document.operations, operation) {
        (DocumentOperations::Single(single), _) => kind_of(&single.node),
        (DocumentOperations::Multiple(several), Some(name)) => several
            .iter()
            .find(|(given, _)| given.as_str() == name)
            .map_or(Kind::Reads, |(_, found)| kind_of(&found.node)),
        (DocumentOperations::Multiple(several), None) => {
            let reads = several.values().all(|found| kind_of(&found.node) == Kind::Reads);
            if reads { Kind::Reads } else { Kind::Writes }
        }
    }
}

fn kind_of(operation: &OperationDefinition) -> Kind {
    match (operation.ty, operation.selection_set.node.items.as_slice()) {
        (OperationType::Query, _) => Kind::Reads,
        (OperationType::Mutation, _) => Kind::Writes,
        // The library passes over what is no field.
        (OperationType::Subscription, [one]) => match &one.node {
            Selection::Field(field) if field.node.directives.is_empty() => Kind::Follows,
            _ => Kind::FollowsSeveral,
        },
        (OperationType::Subscription, _) => Kind::FollowsSeveral,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn what_operations_do() {
        let of = |query: &str, name: Option<&str>| kind(&parse_query(query).expect("a document"), name);
        for (query, kind) in [
            ("{ a }", Kind::Reads),
            ("query A { a } query B { b }", Kind::Reads),
            ("mutation { a }", Kind::Writes),
            ("query A { a } mutation B { b }", Kind::Writes),
            ("query A { a } subscription B { b }", Kind::Writes),
            ("subscription { a { b c } }", Kind::Follows),
            ("subscription { x: a }", Kind::Follows),
            ("subscription { a b }", Kind::FollowsSeveral),
            ("subscription { ...f } fragment f on Subscription { a }", Kind::FollowsSeveral),
            ("subscription { ... { a } }", Kind::FollowsSeveral),
            ("subscription { a @skip(if: true) }", Kind::FollowsSeveral),
        ] {
            assert_eq!(of(query, None), kind, "{query}");
        }
        let both = "query A { a } subscription B { b }";
        assert_eq!((of(both, Some("A")), of(both, Some("B"))), (Kind::Reads, Kind::Follows));
        assert_eq!(of(both, Some("C")), Kind::Reads, "the executor says that it is not there");
    }
}
