//! The days of members: moved by what is new, or counted again.

use std::collections::{BTreeMap, HashMap};

use super::super::{DayCount, DayMessage, Kind};
use super::model::{Day, DayKey, GroupOfRows, NewInteraction, StoredMessage, StoredTarget};
use super::port::RollupsPort;
use crate::fault::Fault;
use crate::id::GroupId;
use crate::policy::{Counting, counting_key};
use crate::time::Timestamp;

/// What new rows do to one day.
#[derive(Default)]
struct Change {
    presence: u32,
    signs: i64,
    messages: Vec<(Timestamp, String, u32)>,
    recount: bool,
}

/// Brings the days of the new and the undone rows up to date.
pub(super) async fn settle(
    tx: &mut impl RollupsPort,
    groups: &[GroupOfRows],
    rows: &[NewInteraction],
    undone: &[StoredTarget],
) -> Result<(), Fault> {
    let changes = changes(rows, undone);
    let keys: Vec<DayKey> = changes.keys().copied().collect();
    let stored = tx.days(&keys).await?;
    let counting: HashMap<GroupId, Counting> =
        groups.iter().map(|group| (group.id, group.counting)).collect();

    let mut days = Vec::with_capacity(keys.len());
    let mut recounts = Vec::new();
    for (key, change) in changes {
        let before = stored.get(&key).copied().unwrap_or_default();
        let Some(counting) = counting.get(&key.group) else { continue };
        let (after, is_exact) = moved(before, change, counting);
        if !is_exact {
            recounts.push(key);
        }
        days.push((key, before, after));
    }

    let mut messages = by_day(tx.messages(&recounts).await?);
    for (key, _, after) in &mut days {
        if let (Some(messages), Some(counting)) = (messages.remove(key), counting.get(&key.group)) {
            after.count = count(counting, &messages);
        }
    }
    tx.save_days(days).await
}

fn changes(rows: &[NewInteraction], undone: &[StoredTarget]) -> BTreeMap<DayKey, Change> {
    let mut changes: BTreeMap<DayKey, Change> = BTreeMap::new();
    for row in rows {
        let Some(person) = row.person else { continue };
        let is_sign = row.kind.is_sign_of_life() && !(row.kind == Kind::ContributionAccepted && row.undone);
        if !row.kind.is_presence() && !is_sign {
            continue;
        }
        let change = changes.entry(DayKey { group: row.group, day: row.day, person }).or_default();
        change.presence += u32::from(row.kind.is_presence());
        change.signs += i64::from(is_sign);
        if row.kind == Kind::Message && !row.undone {
            change.messages.push((row.at, row.key.id.clone(), row.length.unwrap_or_default()));
        }
    }
    for row in undone {
        let Some(person) = row.person else { continue };
        let key = DayKey { group: row.group, day: row.day, person };
        match row.kind {
            Kind::Message => changes.entry(key).or_default().recount = true,
            // A withdrawn item is no sign of life (TIERING.md, section 2).
            Kind::ContributionAccepted => changes.entry(key).or_default().signs -= 1,
            _ => {}
        }
    }
    changes
}

/// The day after a change, and whether its count is right as it stands.
fn moved(before: Day, mut change: Change, counting: &Counting) -> (Day, bool) {
    let under = counting_key(counting);
    let mut after = before;
    after.presence += change.presence;
    after.signs = u32::try_from(i64::from(after.signs) + change.signs).unwrap_or_default();
    change.messages.sort_unstable();
    let is_under_another = before.count.messages > 0 && before.counted_under != under;
    let is_late = change.messages.first().is_some_and(|(at, ..)| !before.count.precedes(*at));
    after.counted_under = under;
    for (at, _, length) in &change.messages {
        after.count.push(counting, *at, *length);
    }
    (after, !(change.recount || is_under_another || is_late))
}

/// The counts of days from all their messages.
pub fn count_days(counting: &Counting, messages: Vec<StoredMessage>) -> HashMap<DayKey, DayCount> {
    by_day(messages).into_iter().map(|(day, messages)| (day, count(counting, &messages))).collect()
}

fn by_day(messages: Vec<StoredMessage>) -> HashMap<DayKey, Vec<StoredMessage>> {
    let mut days: HashMap<DayKey, Vec<StoredMessage>> = HashMap::new();
    for message in messages {
        days.entry(message.day).or_default().push(message);
    }
    days
}

/// The count of a day from all its messages.
fn count(counting: &Counting, messages: &[StoredMessage]) -> DayCount {
    DayCount::of(
        counting,
        messages.iter().map(|message| DayMessage {
            ts: message.at,
            id: &message.id,
            length: message.length,
            deleted: message.deleted,
        }),
    )
}
