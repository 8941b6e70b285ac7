//! The staff of an organization: who holds which assignment, and who decides on it; what staff did,
//! and the figures of it; what staff is trained for, and given.

mod facts;
mod incentives;
mod invitations;
mod kpi;
mod leave;
mod members;
mod promotion;
mod training;

pub use facts::*;
pub use incentives::*;
pub use invitations::*;
pub use kpi::*;
pub use leave::*;
pub use members::*;
pub use promotion::*;
pub use training::*;
