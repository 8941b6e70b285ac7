//! The staff of an organization: who holds which assignment, and who decides on it.

mod invitations;
mod members;

pub use invitations::*;
pub use members::*;
