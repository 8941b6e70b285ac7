//! Communities, groups and memberships.

mod entity;
mod days;
mod map;
mod members;
mod pages;
mod read;
mod write;

pub use entity::{chat_group, community};
pub(crate) use map::{group_model, scope_columns, zone};
pub use days::{GroupDays, days_of_groups};
pub use members::*;
pub use pages::{GroupPage, created_at, group_pages};
pub use read::*;
