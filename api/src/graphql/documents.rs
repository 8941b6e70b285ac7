//! Documents on their way in: within limits, and parsed once, as front ends send the same few
//! again and again.

use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::ExecutableDocument;
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

    /// Gives the request its parsed document, which is returned too. One that does not parse
    /// is left to the executor to report.
    ///
    /// # Errors
    /// When the document is beyond what is looked at at all.
    pub(super) fn parse(&self, request: &mut Request) -> Result<Option<Arc<ExecutableDocument>>, TooMuch> {
        if let Some(document) = self.0.get(&request.query) {
            request.set_parsed_query(ExecutableDocument::clone(&document));
            return Ok(Some(document));
        }
        limits::check_text(&request.query)?;
        let Ok(document) = request.parsed_query() else { return Ok(None) };
        limits::check(document)?;
        let document = Arc::new(document.clone());
        if request.query.len() <= LONGEST {
            self.0.insert(request.query.clone(), Arc::clone(&document));
        }
        Ok(Some(document))
    }
}
