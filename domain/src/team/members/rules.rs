//! Who may decide about whom.

use super::{Held, Member};
use crate::access::{Level, Position, Role};

/// Whether who has this weight may decide about an assignment of this position: owners about all,
/// who acts as one about those beneath owners. Who may only propose, proposes the latter too.
pub(in crate::team) fn decides_about(actor: Option<Level>, position: Position) -> bool {
    actor == Some(Level::Owner) || position.role != Role::Owner
}

/// Whether who has this weight may decide about a member as a whole.
pub(super) fn decides_about_member(actor: Option<Level>, member: &Member) -> bool {
    let owns = member.standing.assignments().iter().any(|held| held.position.role == Role::Owner);
    actor == Some(Level::Owner) || !owns
}

/// Whether ownership can be delegated to the holder of an assignment: a candidate (M19).
pub(super) fn can_act_as_owner(held: &Held) -> bool {
    held.position().rank == Some(crate::access::Rank::OwnerCandidate)
}
