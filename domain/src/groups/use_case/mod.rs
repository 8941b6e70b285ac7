mod create_community;
mod create_group;
mod move_group;
mod rename_community;

pub use create_community::{CreateCommunity, CreateCommunityRefusal};
pub use create_group::{CreateGroup, CreateGroupRefusal, NewGroup};
pub use move_group::{MoveGroup, MoveGroupRefusal};
pub use rename_community::{RenameCommunity, RenameCommunityRefusal};
