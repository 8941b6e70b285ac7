use std::sync::Arc;

use qun_domain::time::Timestamp;
use qun_infra::access::{Access, AuthProblem};
use qun_infra::db::OrgScope;

use crate::http::RequestId;

/// Who holds a stream open: a token that is asked again and again what it opens.
#[derive(Clone)]
pub struct Caller {
    access: Access,
    token: Arc<str>,
    request_id: RequestId,
}

impl Caller {
    /// Nothing is asked yet.
    pub fn new(access: Access, token: &str, request_id: RequestId) -> Self {
        Self { access, token: token.into(), request_id }
    }

    /// What the token opens now, and until when.
    ///
    /// # Errors
    /// See [`AuthProblem`].
    pub async fn scope(&self) -> Result<(OrgScope, Timestamp), AuthProblem> {
        let (scope, until) = self.access.authenticate_until(&self.token).await?;
        Ok((scope.with_request_id(self.request_id.as_str()), until))
    }

    /// The id under which everything of the stream is logged.
    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }
}
