//! Who asks: log-in, the viewer, the organization and its audit log.

mod audit;
mod mutation;
mod object;
mod query;

pub(super) use mutation::AccessMutation;
pub(super) use object::OrganizationObject;
pub(super) use query::AccessQuery;
