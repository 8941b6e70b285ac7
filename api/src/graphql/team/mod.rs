//! The team: who holds which assignment, and what became of whom.

mod input;
mod invitation;
mod invite;
mod joining;
mod member;
mod mutation;
mod step;

pub(super) use invitation::{InvitationConnection, InvitationQuery, InvitationState, invitations};
pub(super) use invite::InvitationMutation;
pub(super) use joining::JoiningMutation;
pub(super) use member::{TeamConnection, TeamMemberObject, team};
pub(super) use mutation::MembersMutation;
