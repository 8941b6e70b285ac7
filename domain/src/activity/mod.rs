//! Interactions: the rows that sources send, and what single rows come to
//! (NDJSON.md, and TIERING.md, sections 2 to 4).

mod check;
mod content;
mod counting;
mod error;
pub mod formats;
mod line;
mod membership;
mod model;
mod parse;
mod record;
mod rfc3339;
mod upkeep;

pub use check::MAX_ID_CHARS;
pub use content::length;
pub use counting::{DayCount, DayMessage};
pub use error::{MAX_LINE_BYTES, RowCode, RowError};
pub use membership::{
    End, JoinedMembership, Passage, PassageKind, Spell, changes_nothing, joined_at, running_at, spells,
};
pub use model::{DeletedBy, Kind, Medium, MemberRole, Row, What};
pub use parse::parse;
pub use record::*;
pub use upkeep::*;
