use std::collections::HashMap;

use serde_json::json;

use super::super::record::{Day, DayKey, GroupOfRows, MemberKey, MembershipsChanged, count_days};
use super::super::spells;
use super::port::UpkeepPort;
use crate::access::Capability;
use crate::command::{Command, OrRefuse, Outcome};
use crate::fault::Fault;
use crate::id::{GroupId, PersonId};
use crate::policy::counting_key;

/// How many persons are read at once.
const AT_ONCE: usize = 500;

/// Makes the days and memberships of a group anew out of the rows (D19), and says
/// how many of those that were kept differed: none, unless something went wrong.
#[derive(Clone, Copy, Debug)]
pub struct Recompute {
    /// The group.
    pub group: GroupId,
}

/// What a recomputation found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recomputed {
    /// Persons with a row in the group.
    pub persons: usize,
    /// Their days.
    pub days: usize,
    /// Days that differed and were mended.
    pub mended_days: usize,
    /// Persons whose memberships differed and were mended.
    pub mended_memberships: usize,
}

/// Why nothing was recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecomputeRefusal {
    /// There is no such group.
    NoSuchGroup,
}

impl<Tx: UpkeepPort> Command<Tx> for Recompute {
    const NAME: &'static str = "activity.recompute";
    const CAPABILITY: Capability = Capability::RecordActivity;
    type Out = Recomputed;
    type Refusal = RecomputeRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Recomputed, RecomputeRefusal> {
        let group = tx.hold_group(self.group).await?.or_refuse(RecomputeRefusal::NoSuchGroup)?;
        let everyone = tx.everyone(group.id).await?;
        let mut stored = tx.all_days(group.id).await?;

        let mut found = Recomputed { persons: everyone.len(), ..Recomputed::default() };
        for persons in everyone.chunks(AT_ONCE) {
            mend_days(tx, &group, persons, &mut stored, &mut found).await?;
            mend_memberships(tx, &group, persons, &mut found).await?;
        }
        // Days that no row stands behind.
        let orphans: Vec<_> = stored.into_iter().map(|(key, before)| (key, before, Day::default())).collect();
        found.mended_days += orphans.len();
        tx.save_days(orphans).await?;
        tx.rebuild_group_days(group.id).await?;
        tx.audit(
            format!("group:{}", group.id),
            json!({ "days": found.days, "mendedDays": found.mended_days, "mendedMemberships": found.mended_memberships }),
        );
        Ok(found)
    }
}

async fn mend_days(
    tx: &mut impl UpkeepPort,
    group: &GroupOfRows,
    persons: &[PersonId],
    stored: &mut HashMap<DayKey, Day>,
    found: &mut Recomputed,
) -> Result<(), Fault> {
    let raw = tx.raw_days(group.id, persons).await?;
    let keys: Vec<DayKey> = raw.iter().map(|day| day.key).collect();
    let counts = count_days(&group.counting, tx.messages(&keys).await?);
    let mut mended = Vec::new();
    for raw in raw {
        let after = Day {
            count: counts.get(&raw.key).copied().unwrap_or_default(),
            counted_under: counting_key(&group.counting),
            presence: raw.presence,
            signs: raw.signs,
        };
        let before = stored.remove(&raw.key).unwrap_or_default();
        // A day that was counted under an older policy is not wrong, only older.
        if before != after && before.counted_under == after.counted_under {
            found.mended_days += 1;
        }
        if before != after {
            mended.push((raw.key, before, after));
        }
        found.days += 1;
    }
    tx.save_days(mended).await
}

async fn mend_memberships(
    tx: &mut impl UpkeepPort,
    group: &GroupOfRows,
    persons: &[PersonId],
    found: &mut Recomputed,
) -> Result<(), Fault> {
    let keys: Vec<MemberKey> =
        persons.iter().map(|person| MemberKey { group: group.id, person: *person }).collect();
    let stored = tx.spells(&keys).await?;
    let mut passages = tx.passages(&keys).await?;
    let mended: Vec<_> = keys
        .into_iter()
        .map(|key| (key, spells(passages.remove(&key).unwrap_or_default(), group.zone)))
        .filter(|(key, spells)| stored.get(key).map_or(&[][..], Vec::as_slice) != spells)
        .collect();
    let before = |key: &MemberKey| stored.get(key).map_or(&[][..], Vec::as_slice);
    MembershipsChanged::tell(tx, mended.iter().map(|(key, after)| (*key, before(key), after.as_slice())))?;
    found.mended_memberships += mended.len();
    tx.save_spells(mended).await
}
