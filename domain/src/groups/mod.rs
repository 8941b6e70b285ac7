//! Communities, groups and who is in them.

mod event;
mod model;
mod port;
mod use_case;

pub use crate::scope::Scope;
pub use event::GroupEvent;
pub use model::*;
pub use port::GroupsPort;
pub use use_case::*;
