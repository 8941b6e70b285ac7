//! Taking rows in: every door ends here.

mod days;
mod event;
mod model;
mod port;
mod references;
mod sift;
mod spells;
mod use_case;
mod write;

pub use days::count_days;
pub use event::{ActivityRecorded, MembershipChange, MembershipTurn, MembershipsChanged};
pub use model::{
    Batch, Day, DayKey, GroupOfRows, MemberKey, NewEventVersion, NewInteraction, PersonName, RecordRefusal,
    Recorded, Rejected, SourceKey, StoredMessage, StoredReference, StoredTarget, Submitted, UnknownGroups,
};
pub use port::{ActivityPort, RollupsPort, RosterPort, RowsPort, StoredRow, StoredVersion};
pub use use_case::RecordInteractions;
use write::{event_of, interaction_of};
