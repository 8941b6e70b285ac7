//! Who may do what: accounts, the actor, capabilities.

mod model;
pub use model::*;
