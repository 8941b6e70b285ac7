//! The policy: what holds, who said so, and what was said before.

mod mutation;
mod object;
mod query;
mod version;

pub(super) use mutation::{PolicyMutation, unsound};
pub(super) use object::{PolicyObject, PolicyVersionNumber, version_numbers};
pub(super) use query::PolicyQuery;
pub(super) use version::{PolicyVersionConnection, versions_page};
