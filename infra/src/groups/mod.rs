//! Communities, groups and memberships.

mod entity;
mod map;
mod read;
mod write;

pub use entity::{chat_group, community};
pub(crate) use map::{group_model, scope_columns, zone};
pub use read::*;
