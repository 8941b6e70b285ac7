//! Who asks: log-in, the viewer, the organization.

mod account;
mod api_key;
mod assignment;
mod codes;
mod identity_provider;
mod log_in;
mod object;
mod oidc;
mod password;
mod proposal;
mod query;
mod second_factor;
mod second_factor_rule;
mod session;
mod sign_up;

pub(super) use account::AccountMutation;
pub(super) use api_key::ApiKeyMutation;
pub(super) use assignment::RoleAssignment;
pub(super) use codes::{Capability, Rank, Role};
pub(super) use identity_provider::IdentityProviderMutation;
pub(super) use log_in::{LogInMutation, OrganizationChoice, guest};
pub(super) use object::{Account, OrganizationObject};
pub(super) use oidc::OidcMutation;
pub(super) use password::PasswordMutation;
pub(super) use proposal::{ProposalMutation, ProposalObject};
pub(super) use query::AccessQuery;
pub(super) use second_factor::SecondFactorMutation;
pub(super) use second_factor_rule::SecondFactorRuleMutation;
pub(super) use session::SessionMutation;
pub(super) use sign_up::SignUpMutation;
