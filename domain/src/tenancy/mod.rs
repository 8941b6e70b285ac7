//! The tenant: an organization.

mod model;

pub use model::{BadSlug, Organization, Slug};
