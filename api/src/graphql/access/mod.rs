//! Who asks: log-in, the viewer, the organization and its audit log.

mod api_key;
mod assignment;
mod audit;
mod log_in;
mod object;
mod password;
mod proposal;
mod query;
mod session;
mod sign_up;

pub(super) use api_key::ApiKeyMutation;
pub(super) use log_in::LogInMutation;
pub(super) use object::{Account, OrganizationObject};
pub(super) use password::PasswordMutation;
pub(super) use proposal::{ProposalMutation, ProposalObject};
pub(super) use query::AccessQuery;
pub(super) use session::SessionMutation;
pub(super) use sign_up::SignUpMutation;
