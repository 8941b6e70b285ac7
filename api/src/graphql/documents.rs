//! Documents on their way in: within limits, and parsed once, as front ends send the same few
//! again and again.

use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::ExecutableDocument;

use super::chosen::{Chosen, alone};
use super::limits::{self, TooMuch};
use super::remembered::{Remembered, is_short};

/// Parsed documents by their text. What is parsed takes about ten times as much as its text. Clones
/// share them.
#[derive(Clone)]
pub(super) struct Documents(Remembered<Arc<ExecutableDocument>>);

impl Documents {
    pub(super) fn new() -> Self {
        Self(Remembered::new())
    }

    /// Gives the request its parsed document, of several operations the one that it chose; which
    /// that is. A document that does not parse is left to the executor to report.
    ///
    /// # Errors
    /// When the document is beyond what is looked at at all.
    pub(super) fn parse(&self, request: &mut Request) -> Result<Chosen, TooMuch> {
        let operation = request.operation_name.clone();
        if let Some(document) = self.0.get(&request.query) {
            let narrowed = alone(&document, operation.as_deref());
            request.set_parsed_query(narrowed.unwrap_or_else(|| ExecutableDocument::clone(&document)));
            return Ok(Chosen::of(&document, operation.as_deref()));
        }
        limits::check_text(&request.query)?;
        let is_short = is_short(&request.query);
        let Ok(document) = request.parsed_query() else { return Ok(Chosen::nothing()) };
        limits::check(document)?;
        let chosen = Chosen::of(document, operation.as_deref());
        let narrowed = alone(document, operation.as_deref());
        if let Some(kept) = is_short.then(|| Arc::new(document.clone())) {
            self.0.keep(request.query.clone(), kept);
        }
        if let Some(narrowed) = narrowed {
            request.set_parsed_query(narrowed);
        }
        Ok(chosen)
    }
}
