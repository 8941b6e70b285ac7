//! Who may do what: accounts, the actor, capabilities.

mod model;
mod port;

pub use model::*;
pub use port::AuditPort;
