//! When a person's memberships run (TIERING.md, section 3, and section 8 for
//! communities).

use chrono_tz::Tz;

use crate::id::PersonId;
use crate::time::Timestamp;

/// A return within so many local days continues the earlier membership.
const RETURN_DAYS: i64 = 90;

/// A row of one person in one group that may begin or end a membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// When it happened.
    pub ts: Timestamp,
    /// The row's id; orders rows of one instant, by UTF-8 bytes.
    pub id: String,
    /// The row's source, as filled in; orders rows of one instant and id.
    pub source: String,
    /// What it does.
    pub what: PassageKind,
}

/// What a row does to a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassageKind {
    /// A message, reaction or attendance, deleted or not.
    Presence,
    /// An observed join.
    Join {
        /// Who invited, if the row says so.
        invited_by: Option<PersonId>,
    },
    /// The member's own leave.
    Leave,
    /// A removal.
    Remove,
}

/// How a spell ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// By the member's will.
    Left,
    /// By removal.
    Removed,
}

/// One unbroken stay of a person in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// When the stay began: by an observed join, or by a presence.
    pub joined_at: Timestamp,
    /// When and how it ended, if it did.
    pub ended_at: Option<(Timestamp, End)>,
    /// The beginning of the membership that this spell continues: that of the
    /// spell before when this one began within 90 local days of its end.
    pub began_at: Timestamp,
    /// Whether a join row began this spell.
    pub join_observed: bool,
    /// Whether a join row began the membership (`joinObserved`).
    pub began_observed: bool,
    /// Who invited, by the join row that began this spell. (The `invitedBy` of
    /// section 4 is another: that of the earliest join row of all.)
    pub invited_by: Option<PersonId>,
}

impl Spell {
    /// Whether the spell runs at `t`, made of the rows with ts < `t`.
    pub fn runs_at(&self, t: Timestamp) -> bool {
        self.joined_at < t && self.ended_at.is_none_or(|(end, _)| end >= t)
    }
}

/// The spells of a person in a group, in order, from all rows that matter, in
/// any order. `zone` is the group's.
///
/// Dropping presences for which [`changes_nothing`] holds gives the same spells,
/// but only until a row arrives late: keep the rows.
pub fn spells(mut passages: Vec<Passage>, zone: Tz) -> Vec<Spell> {
    passages.sort_unstable_by(|a, b| (a.ts, &a.id, &a.source).cmp(&(b.ts, &b.id, &b.source)));
    let mut spells: Vec<Spell> = Vec::new();
    for passage in passages {
        let last = spells.last_mut();
        match passage.what {
            PassageKind::Presence | PassageKind::Join { .. } => {
                let begun = begin(last.as_deref(), &passage, zone);
                spells.extend(begun);
            }
            PassageKind::Leave => end(last, passage.ts, End::Left),
            PassageKind::Remove => end(last, passage.ts, End::Removed),
        }
    }
    spells
}

/// The spell that a presence or join begins, unless one runs.
fn begin(last: Option<&Spell>, passage: &Passage, zone: Tz) -> Option<Spell> {
    let (join_observed, invited_by) = match passage.what {
        PassageKind::Join { invited_by } => (true, invited_by),
        _ => (false, None),
    };
    let fresh = Spell {
        joined_at: passage.ts,
        ended_at: None,
        began_at: passage.ts,
        join_observed,
        began_observed: join_observed,
        invited_by,
    };
    let Some(last) = last else { return Some(fresh) };
    let (end, _) = last.ended_at?;
    Some(if continues(end, passage.ts, zone) {
        Spell { began_at: last.began_at, began_observed: last.began_observed, ..fresh }
    } else {
        fresh
    })
}

fn end(last: Option<&mut Spell>, ts: Timestamp, how: End) {
    if let Some(spell) = last {
        spell.ended_at.get_or_insert((ts, how));
    }
}

fn continues(end: Timestamp, back: Timestamp, zone: Tz) -> bool {
    let absent = back.local_date(zone).signed_duration_since(end.local_date(zone));
    absent.num_days() <= RETURN_DAYS
}

/// The spell that runs at `t`, of the spells of one person in one group.
///
/// It is the one that the rows with ts < `t` alone would leave running; its
/// `ended_at` may tell what came later.
pub fn running_at(spells: &[Spell], t: Timestamp) -> Option<&Spell> {
    let next = spells.partition_point(|spell| spell.joined_at < t);
    spells[..next].last().filter(|spell| spell.runs_at(t))
}

/// Whether a further row leaves the spells as they are, wherever it would stand
/// among the rows of its instant: a presence or join inside a spell, or an end
/// where none runs.
pub fn changes_nothing(spells: &[Spell], passage: &Passage) -> bool {
    let ts = passage.ts;
    let next = spells.partition_point(|spell| spell.joined_at < ts);
    let before = spells[..next].last();
    match passage.what {
        PassageKind::Presence | PassageKind::Join { .. } => {
            before.is_some_and(|spell| spell.ended_at.is_none_or(|(end, _)| ts < end))
        }
        PassageKind::Leave | PassageKind::Remove => {
            let over = before.is_none_or(|spell| spell.ended_at.is_some_and(|(end, _)| end < ts));
            over && spells.get(next).is_none_or(|spell| ts < spell.joined_at)
        }
    }
}

/// The membership of a person in a community, joined over its groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinedMembership {
    /// The beginning of the earliest spell of the chain that runs.
    pub began_at: Timestamp,
    /// Whether a join row began that spell.
    pub began_observed: bool,
}

/// The community membership that runs at `t`, from the person's spells in each
/// of its groups; `zone` is the community's (TIERING.md, section 8).
///
/// It goes on as long as a spell of any group runs or the next begins within 90
/// local days of the end.
pub fn joined_at(groups: &[&[Spell]], zone: Tz, t: Timestamp) -> Option<JoinedMembership> {
    let mut known: Vec<&Spell> =
        groups.iter().copied().flatten().filter(|spell| spell.joined_at < t).collect();
    if !known.iter().any(|spell| spell.runs_at(t)) {
        return None;
    }
    known.sort_unstable_by_key(|spell| (spell.joined_at, !spell.join_observed));

    let mut chain: Option<(JoinedMembership, Timestamp)> = None;
    for spell in known {
        let end = spell.ended_at.map_or(t, |(end, _)| end.min(t));
        chain = Some(match chain {
            Some((membership, last_end)) if continues(last_end, spell.joined_at, zone) => {
                (membership, last_end.max(end))
            }
            _ => (JoinedMembership { began_at: spell.joined_at, began_observed: spell.join_observed }, end),
        });
    }
    chain.map(|(membership, _)| membership)
}

#[cfg(test)]
mod tests;
