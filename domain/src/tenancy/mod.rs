//! The tenant: an organization.

mod model;

pub use model::{BadName, BadSlug, MAX_NAME_CHARS, Name, Organization, Slug};
