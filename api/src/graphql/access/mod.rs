//! Who asks: log-in, the viewer, the organization and its audit log.

mod audit;
mod log_in;
mod object;
mod query;
mod session;

pub(super) use log_in::LogInMutation;
pub(super) use object::OrganizationObject;
pub(super) use query::AccessQuery;
pub(super) use session::SessionMutation;
