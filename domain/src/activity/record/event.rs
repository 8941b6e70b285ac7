use serde::{Deserialize, Serialize};

use super::super::{End, Spell};
use super::model::MemberKey;
use crate::access::AuditPort;
use crate::event::DomainEvent;
use crate::fault::Fault;
use crate::id::{GroupId, PersonId};

/// Rows of a group were recorded.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityRecorded {
    /// The group.
    pub group: GroupId,
    /// How many rows went in.
    pub accepted: u64,
}

impl DomainEvent for ActivityRecorded {
    fn name(&self) -> &'static str {
        "activity.recorded"
    }

    fn aggregate(&self) -> String {
        format!("group:{}", self.group)
    }
}

/// Memberships in a group are others than before: at most [`MembershipsChanged::MOST`] of them,
/// so that an import is told in pieces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembershipsChanged {
    /// The group.
    pub group: GroupId,
    /// Whose, in order of person; each once.
    pub changes: Vec<MembershipChange>,
}

/// A person whose membership is another than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembershipChange {
    /// The person.
    pub person: PersonId,
    /// What became of the membership.
    pub how: MembershipTurn,
}

/// What became of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MembershipTurn {
    /// The person is a member, and was none before.
    Joined,
    /// The person is no member any more, by their own will.
    Left,
    /// The person is no member any more, by removal.
    Removed,
    /// As before, the person is a member or is none, but times or stays of the past are others:
    /// rows came late.
    Corrected,
}

impl MembershipTurn {
    /// Between the stays that were known and those that are known now.
    fn between(before: &[Spell], after: &[Spell]) -> Self {
        let runs = |spells: &[Spell]| spells.last().is_some_and(|last| last.ended_at.is_none());
        let end = after.last().and_then(|last| last.ended_at).map(|(_, end)| end);
        match (runs(before), runs(after), end) {
            (false, true, _) => Self::Joined,
            (true, false, Some(End::Removed)) => Self::Removed,
            (true, false, _) => Self::Left,
            // Who came and went unseen is told by how it ended.
            (false, false, Some(End::Left)) if before.is_empty() => Self::Left,
            (false, false, Some(End::Removed)) if before.is_empty() => Self::Removed,
            (true, true, _) | (false, false, _) => Self::Corrected,
        }
    }
}

impl MembershipsChanged {
    /// The most persons in one event.
    pub const MOST: usize = 100;

    /// Tells of memberships that were made anew: whose, the stays before, the stays after.
    pub(in crate::activity) fn tell<'a>(
        tx: &mut impl AuditPort,
        made: impl IntoIterator<Item = (MemberKey, &'a [Spell], &'a [Spell])>,
    ) -> Result<(), Fault> {
        let mut made: Vec<(MemberKey, MembershipTurn)> = made
            .into_iter()
            .map(|(key, before, after)| (key, MembershipTurn::between(before, after)))
            .collect();
        made.sort_unstable_by_key(|(key, _)| (key.group, key.person));
        for group in made.chunk_by(|(one, _), (other, _)| one.group == other.group) {
            for piece in group.chunks(Self::MOST) {
                let changes = piece
                    .iter()
                    .map(|(key, how)| MembershipChange { person: key.person, how: *how })
                    .collect();
                tx.emit(&Self { group: group[0].0.group, changes })?;
            }
        }
        Ok(())
    }
}

impl DomainEvent for MembershipsChanged {
    fn name(&self) -> &'static str {
        "activity.memberships_changed"
    }

    fn aggregate(&self) -> String {
        format!("group:{}", self.group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).expect("a time")
    }

    fn stay(joined: i64, ended: Option<(i64, End)>) -> Spell {
        Spell {
            joined_at: at(joined),
            ended_at: ended.map(|(millis, end)| (at(millis), end)),
            began_at: at(joined),
            join_observed: true,
            began_observed: true,
            invited_by: None,
        }
    }

    #[test]
    fn what_became_of_a_membership() {
        let (runs, left, removed) =
            (stay(1, None), stay(1, Some((5, End::Left))), stay(1, Some((5, End::Removed))));
        let again = stay(9, None);
        for (before, after, turn) in [
            (&[][..], &[runs][..], MembershipTurn::Joined),
            (&[left], &[left, again], MembershipTurn::Joined),
            (&[runs], &[left], MembershipTurn::Left),
            (&[runs], &[removed], MembershipTurn::Removed),
            (&[], &[left], MembershipTurn::Left),
            (&[], &[removed], MembershipTurn::Removed),
            (&[left], &[removed], MembershipTurn::Corrected),
            (&[again], &[left, again], MembershipTurn::Corrected),
            (&[runs], &[], MembershipTurn::Left),
        ] {
            assert_eq!(MembershipTurn::between(before, after), turn, "{before:?} to {after:?}");
        }
    }
}
