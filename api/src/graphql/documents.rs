//! Documents on their way in: within limits, and parsed once, as front ends send the same few
//! again and again.

use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
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

    /// Gives the request its parsed document; whether what it chose only reads. A document that
    /// does not parse is left to the executor to report.
    ///
    /// # Errors
    /// When the document is beyond what is looked at at all.
    pub(super) fn parse(&self, request: &mut Request) -> Result<bool, TooMuch> {
        let operation = request.operation_name.clone();
        if let Some(document) = self.0.get(&request.query) {
            request.set_parsed_query(ExecutableDocument::clone(&document));
            return Ok(reads_only(&document, operation.as_deref()));
        }
        limits::check_text(&request.query)?;
        let is_short = request.query.len() <= LONGEST;
        let Ok(document) = request.parsed_query() else { return Ok(true) };
        limits::check(document)?;
        let reads = reads_only(document, operation.as_deref());
        if let Some(kept) = is_short.then(|| Arc::new(document.clone())) {
            self.0.insert(request.query.clone(), kept);
        }
        Ok(reads)
    }
}

/// Whether the chosen operation is a query; one that is not there changes nothing either.
fn reads_only(document: &ExecutableDocument, operation: Option<&str>) -> bool {
    let is_query = |kind: OperationType| kind == OperationType::Query;
    match (&document.operations, operation) {
        (DocumentOperations::Single(single), _) => is_query(single.node.ty),
        (DocumentOperations::Multiple(several), Some(name)) => several
            .iter()
            .find(|(given, _)| given.as_str() == name)
            .is_none_or(|(_, found)| is_query(found.node.ty)),
        (DocumentOperations::Multiple(several), None) => {
            several.values().all(|found| is_query(found.node.ty))
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

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
            assert_eq!(reads_only(&document, operation), reads, "{query} {operation:?}");
        }
    }
}
