//! The audit log as a chain of hashes: what is hashed, byte by byte, and how a break in it is
//! found (Z7). `docs/audit.md` says the same for who verifies without Qun.

mod hash;
mod link;
mod walk;

pub use hash::{BadHash, Hash};
pub use link::{BadHead, Entry, Head, Link};
pub use walk::{Flaw, Mark, Sealed, Walk};
