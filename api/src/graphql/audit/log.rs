use std::convert::Infallible;

use async_graphql::ID;
use qun_domain::access::Capability;
use qun_domain::command::Failure;
use qun_domain::id::OrgId;
use qun_domain::time::Timestamp;
use qun_infra::audit::{self as kept, AuditPage};

use super::object::{AuditConnection, AuditEntryObject, AuditHead};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page::{ByTime, NamesNothing, Slice, narrowed, storable};

/// What a page of the audit log is narrowed to.
#[derive(Default)]
pub(in crate::graphql) struct AuditAsked {
    pub(in crate::graphql) actor: Option<ID>,
    pub(in crate::graphql) verb: Option<String>,
    pub(in crate::graphql) capability: Option<Capability>,
    pub(in crate::graphql) target: Option<ID>,
    pub(in crate::graphql) request_id: Option<String>,
    pub(in crate::graphql) since: Option<Timestamp>,
    pub(in crate::graphql) until: Option<Timestamp>,
}

impl AuditAsked {
    /// The page that is asked for.
    fn page(self, org: OrgId) -> Result<AuditPage, NamesNothing> {
        let Self { actor, verb, capability, target, request_id, since, until } = self;
        Ok(AuditPage {
            actor: narrowed(actor, |id| actor_named(&id))?,
            verb: narrowed(verb, storable)?,
            capability,
            targets: narrowed(target, |id| targets_named(org, &id))?.unwrap_or_default(),
            request_id: narrowed(request_id, storable)?,
            since,
            until,
            after: None,
            limit: 0,
        })
    }
}

/// What the log calls an actor that an id, or the log's own word, names.
fn actor_named(id: &str) -> Option<String> {
    match NodeId::read(id) {
        Some(NodeId::Account(id) | NodeId::TeamMember(id)) => Some(format!("account:{id}")),
        Some(NodeId::ApiKey(id)) => Some(format!("api-key:{id}")),
        Some(_) => None,
        None => storable(id.to_owned()),
    }
}

/// What the log calls a target that an id, or the log's own word, names.
fn targets_named(org: OrgId, id: &str) -> Option<Vec<String>> {
    let target = match NodeId::read(id) {
        // Its founding has its id, what is done to all of it since has not.
        Some(NodeId::Organization(id)) if id == org => {
            return Some(vec!["organization".to_owned(), format!("organization:{id}")]);
        }
        Some(NodeId::Community(id)) => format!("community:{id}"),
        Some(NodeId::Group(id)) => format!("group:{id}"),
        Some(NodeId::Account(id) | NodeId::TeamMember(id)) => format!("account:{id}"),
        Some(NodeId::ApiKey(id)) => format!("api-key:{id}"),
        Some(NodeId::Proposal(id)) => format!("proposal:{id}"),
        Some(NodeId::Task(id)) => format!("task:{id}"),
        Some(_) => return None,
        None => storable(id.to_owned())?,
    };
    Some(vec![target])
}

/// A page of the audit log, newest first.
pub(in crate::graphql) async fn audit_log(
    asked: &Asked,
    which: AuditAsked,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<AuditConnection, Problem> {
    let slice = Slice::<ByTime>::new(first, after)?;
    // Who may not read it learns nothing from what it is narrowed to.
    let nothing = AuditPage::newest(0);
    let (page, limit) = match which.page(asked.scope.org()) {
        Ok(page) => (page, slice.limit()),
        Err(NamesNothing) => (nothing, 0),
    };
    let page = AuditPage { after: slice.after.map(|ByTime(at, id)| (at, id)), limit, ..page };
    let found = kept::audit_page(&asked.read, &page).await.map_err(problem)?;
    let found = found.into_iter().map(AuditEntryObject::new);
    Ok(AuditConnection { page: slice.page(found, |entry| ByTime(entry.row().at, entry.row().id)) })
}

/// The last seal of the chain; `None` before the first.
pub(in crate::graphql) async fn audit_head(asked: &Asked) -> Result<Option<AuditHead>, Problem> {
    Ok(kept::audit_head(&asked.read).await.map_err(problem)?.map(AuditHead::from))
}

fn problem(failure: Failure<Infallible>) -> Problem {
    match failure {
        Failure::Refused(never) => match never {},
        Failure::Forbidden(_) | Failure::Proposed(_) => Problem::Forbidden,
        Failure::Fault(fault) => fault.into(),
    }
}
