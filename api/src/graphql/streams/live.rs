use std::sync::{Arc, Mutex, PoisonError};

use super::Caller;

/// A subscription on its way to a client: what the transport and the resolvers tell each other.
pub struct Live {
    /// Who holds it open.
    pub(super) caller: Caller,
    /// The id of the event that the client saw last, where the transport was told it; it goes
    /// over the argument, which a client that comes again by itself does not change.
    pub(super) resumes: Option<String>,
    told: Mutex<Option<Arc<str>>>,
}

impl Live {
    /// A subscription of which nothing was told yet.
    pub fn new(caller: Caller, resumes: Option<String>) -> Self {
        Self { caller, resumes, told: Mutex::default() }
    }

    /// The id of the event that was told last.
    pub fn event_id(&self) -> Option<Arc<str>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn tells(&self, event_id: &str) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(event_id.into());
    }
}
