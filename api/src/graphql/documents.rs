//! Documents that were parsed lately: front ends send the same few again and again.

use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::ExecutableDocument;
use moka::sync::Cache;

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

    /// Gives the request its parsed document. One that does not parse is left to the
    /// executor to report.
    pub(super) fn parse(&self, request: &mut Request) {
        if let Some(document) = self.0.get(&request.query) {
            request.set_parsed_query(ExecutableDocument::clone(&document));
            return;
        }
        let Ok(document) = request.parsed_query() else { return };
        let document = Arc::new(document.clone());
        if request.query.len() <= LONGEST {
            self.0.insert(request.query.clone(), document);
        }
    }
}
