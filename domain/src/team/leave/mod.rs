//! Days on which a member is not there: they pause what is asked of it (M16).

mod model;
mod port;
mod use_case;

pub use model::*;
pub use port::LeavePort;
pub use use_case::*;
