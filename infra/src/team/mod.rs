//! Members of the team.

mod invitations;
mod members;

pub(crate) use invitations::{INVITATION, invitation_model};
pub use invitations::{InvitationPage, invitation_by_id, invitations_page};
pub use members::{LadderPage, MemberRow, Step, assignments_of, ladder_pages, member_rows, members_page};
