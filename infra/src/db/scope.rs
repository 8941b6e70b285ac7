use std::sync::Arc;

use qun_domain::access::Actor;
use qun_domain::id::{OrgId, SessionId};
use qun_domain::locale::Locale;

/// Whose data is touched, and by whom: made by authentication, by the operator's
/// command line and by the job runner, and by nothing else.
#[derive(Clone, Debug)]
pub struct OrgScope {
    org: OrgId,
    actor: Actor,
    session: Option<SessionId>,
    is_confined: bool,
    locale: Option<Locale>,
    request_id: Option<Arc<str>>,
}

impl OrgScope {
    pub(crate) fn new(org: OrgId, actor: Actor) -> Self {
        Self { org, actor, session: None, is_confined: false, locale: None, request_id: None }
    }

    /// The same scope, in the course of a log-in.
    #[must_use]
    pub(crate) fn with_session(mut self, id: SessionId) -> Self {
        self.session = Some(id);
        self
    }

    /// The same scope, in the course of a log-in that is good in this organization alone.
    #[must_use]
    pub(crate) fn confined(mut self) -> Self {
        self.is_confined = true;
        self
    }

    /// The same scope, for an account that wants this language.
    #[must_use]
    pub(crate) fn with_locale(mut self, locale: Option<Locale>) -> Self {
        self.locale = locale;
        self
    }

    /// The same scope, with the id under which the request is logged.
    #[must_use]
    pub fn with_request_id(mut self, id: &str) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// The same scope, in the course of the request of this id, if of any.
    #[must_use]
    pub(crate) fn in_request(self, id: Option<&str>) -> Self {
        match id {
            Some(id) => self.with_request_id(id),
            None => self,
        }
    }

    /// The organization.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The log-in in whose course it acts; `None` for the operator, jobs, and tokens that
    /// the operator issued.
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// Whether the log-in is good in this organization alone: its identity provider said who it is,
    /// and speaks for nobody elsewhere.
    pub fn is_confined(&self) -> bool {
        self.is_confined
    }

    /// The language that the account wants; `None` where that is for its client to say.
    pub fn locale(&self) -> Option<Locale> {
        self.locale
    }

    /// The id under which the request is logged.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}
