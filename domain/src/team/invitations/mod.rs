//! How somebody joins: invited by mail or by a link, and by an acceptance of one's own (T8c).

mod model;
mod port;
mod rules;
mod use_case;

pub use model::*;
pub use port::InvitationsPort;
pub use use_case::*;
