use async_graphql::{ID, Object};
use qun_domain::command::Failure;
use qun_domain::id::AuditId;
use qun_infra::access::{AuditEntry, audit_page};

use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page::{Slice, connection};
use crate::graphql::scalars::{DateTime, Json};

connection!(
    AuditConnection,
    AuditEdge,
    AuditEntryObject,
    "A page of the audit log.",
    "An entry of the audit log and its place in the list."
);

/// A page of the audit log, newest first.
pub(super) async fn audit_log(
    asked: &Asked,
    first: Option<i32>,
    after: Option<String>,
) -> Result<AuditConnection, Problem> {
    let slice = Slice::<AuditId>::new(first, after.as_deref())?;
    let found =
        audit_page(&asked.read, slice.after, slice.limit()).await.map_err(|failure| match failure {
            Failure::Refused(never) => match never {},
            Failure::Forbidden(_) | Failure::Proposed(_) => Problem::Forbidden,
            Failure::Fault(fault) => fault.into(),
        })?;
    Ok(AuditConnection { page: slice.page(found.into_iter().map(AuditEntryObject), |entry| entry.0.id) })
}

/// A mutation that took place.
#[derive(Clone)]
pub(in crate::graphql) struct AuditEntryObject(AuditEntry);

/// A mutation that took place.
#[Object(name = "AuditEntry")]
impl AuditEntryObject {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::AuditEntry(self.0.id).id()
    }

    /// When it took place.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Who did it: `account:…`, `api-key:…`, `operator` or `job`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// What was done, such as `groups.create_group`.
    async fn verb(&self) -> &str {
        &self.0.verb
    }

    /// The capability that allowed it.
    async fn capability(&self) -> &str {
        &self.0.capability
    }

    /// What it was done to, such as `group:…`; null when to nothing in particular.
    async fn target(&self) -> Option<&str> {
        self.0.target.as_deref()
    }

    /// What changed; null when there is nothing more to say.
    async fn detail(&self) -> Option<Json> {
        self.0.detail.clone().map(Json)
    }

    /// The id of the request in whose course it was done; null at the command line and in
    /// jobs.
    async fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }
}
