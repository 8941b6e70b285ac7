//! The team: who holds which assignment, and what became of whom.

mod input;
mod member;
mod mutation;
mod step;

pub(super) use member::{TeamConnection, TeamMemberObject, team};
pub(super) use mutation::MembersMutation;
