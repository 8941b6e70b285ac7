//! Members of the team.

mod members;

pub use members::{LadderPage, MemberRow, Step, assignments_of, ladder_pages, member_rows, members_page};
