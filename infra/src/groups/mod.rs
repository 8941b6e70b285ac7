//! Communities, groups and memberships.

mod days;
mod entity;
mod map;
mod members;
mod pages;
mod read;
mod write;

pub use days::{GroupDays, days_of_groups};
pub use entity::{chat_group, community};
pub(crate) use map::{group_model, scope_columns, zone};
pub use members::*;
pub(crate) use pages::{GROUP_COLUMNS, group_row};
pub use pages::{GroupPage, created_at, group_pages};
pub use read::*;
