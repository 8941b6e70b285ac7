//! The audit log: written with each mutation, sealed after its commit, read and verified (Z7).
//!
//! A row is written in the transaction of its mutation and belongs to no chain yet, so that
//! mutations do not wait for one another. Whoever seals ([`seal`]) gives committed rows their places
//! in the chain of their organization.

mod read;
mod seal;
mod verify;
mod write;

pub use read::{AuditPage, AuditRow, Seal, audit_head, audit_page};
pub use seal::{PERIOD, seal, seal_of, start};
pub use verify::{OVERDUE, Verified, verify};
pub(crate) use write::{NewRow, insert};
