//! Events as others hear them.
//!
//! The table is the truth, and everything else a hint. A relay gives each event of the outbox
//! its position once it sees it committed ([`relay`]); readers read by position. In a process
//! all readers of an organization share one reading of the table, through a ring of bounded
//! length ([`tail`]). Whoever is woken by nobody looks by itself, each second.

mod event;
mod follow;
mod hints;
mod hub;
mod read;
mod relay;
mod tail;
mod write;

pub use event::{Event, What};
pub use follow::{Cut, FollowProblem, Follower};
pub use hub::Streams;
pub use read::last;
pub use relay::relay;
