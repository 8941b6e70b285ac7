//! The staff of an organization: who holds which assignment, and who decides on it; what staff did,
//! and the figures of it; what staff is trained for, and given; whether there is enough of it, how
//! its work is divided, and who stands ready.

mod bench;
mod division;
mod facts;
mod incentives;
mod invitations;
mod kpi;
mod leave;
mod members;
mod promotion;
mod staffing;
mod training;

pub use bench::*;
pub use division::*;
pub use facts::*;
pub use incentives::*;
pub use invitations::*;
pub use kpi::*;
pub use leave::*;
pub use members::*;
pub use promotion::*;
pub use staffing::*;
pub use training::*;
