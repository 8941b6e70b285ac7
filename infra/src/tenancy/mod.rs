//! Organizations: the tenants. They are founded in [`crate::access`], with their first owner.

mod map;
mod read;
mod write;

pub(crate) use map::organization_model;
pub(crate) use read::organization_by_id;
pub use read::{organization, organization_by_slug, organizations, requires_second_factor};
pub(crate) use write::add_organization;
