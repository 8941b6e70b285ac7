//! What went wrong beneath a use case, for the log alone.

use std::borrow::Cow;
use std::error::Error;

/// Something that no caller caused: it is logged once, with the request id, and
/// has no public text (hence no `Display`).
#[derive(Debug)]
pub struct Fault {
    context: Cow<'static, str>,
    source: Option<Box<dyn Error + Send + Sync>>,
    retryable: bool,
}

impl Fault {
    /// A fault that says what was being done.
    pub fn new(context: impl Into<Cow<'static, str>>) -> Self {
        Self { context: context.into(), source: None, retryable: false }
    }

    /// A fault with the error that lies beneath it.
    pub fn from_error(
        context: impl Into<Cow<'static, str>>,
        source: impl Error + Send + Sync + 'static,
    ) -> Self {
        Self { context: context.into(), source: Some(Box::new(source)), retryable: false }
    }

    /// Marks a fault that the same transaction, run again, may well not meet:
    /// a serialization failure, a deadlock, a busy database.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Whether the transaction may be run again.
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }

    /// The context and every error beneath it, outermost first, for the log.
    pub fn chain(&self) -> String {
        let mut text = self.context.to_string();
        let mut next = self.source.as_deref().map(|error| error as &dyn Error);
        while let Some(error) = next {
            text.push_str(": ");
            text.push_str(&error.to_string());
            next = error.source();
        }
        text
    }
}
