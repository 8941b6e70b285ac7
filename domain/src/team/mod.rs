//! The staff of an organization: who holds which assignment, and who decides on it.

mod members;

pub use members::*;
