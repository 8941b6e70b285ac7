//! Members of the team: their assignments, ranks, suspension and exit (M5, M16 to M21).

mod event;
mod model;
mod port;
mod rules;
mod use_case;

pub use event::MemberChanged;
pub use model::*;
pub use port::MembersPort;
pub(super) use rules::decides_about;
pub(super) use use_case::note;
pub use use_case::*;
