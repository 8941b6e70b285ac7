//! What rows of one group and source come to, worked out anew from TIERING.md,
//! sections 2 to 4, with no regard for speed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use qun_domain::activity::{Row, What};

use super::derived::{Derived, GroupDay, MemberDay, Membership};
use crate::harness::SHANGHAI;

const MINUTE: i64 = 60_000;
const DAILY_CAP: i32 = 20;
const RETURN_DAYS: i64 = 90;

/// `rows` in any order, each any number of times.
pub(super) fn expected(rows: &[&Row]) -> Derived {
    let mut rows: Vec<&Row> = rows.to_vec();
    rows.sort_by(|a, b| (a.ts, &a.id).cmp(&(b.ts, &b.id)));
    rows.dedup_by(|a, b| a.ts == b.ts && a.id == b.id);
    let member_days = member_days(&rows);
    let mut group_days: BTreeMap<NaiveDate, GroupDay> = BTreeMap::new();
    for of in &member_days {
        let empty = GroupDay { day: of.day, messages: 0, speakers: 0, presence: 0 };
        let sum = group_days.entry(of.day).or_insert(empty);
        sum.messages += of.messages;
        sum.speakers += i32::from(of.messages > 0);
        sum.presence += of.presence;
    }
    group_days.retain(|_, day| day.messages + day.presence > 0);
    Derived {
        member_days,
        group_days: group_days.into_values().collect(),
        memberships: memberships(&rows),
        first_presence: rows.iter().find(|row| is_presence(row)).map(|row| row.ts.millis()),
    }
}

fn is_presence(row: &Row) -> bool {
    matches!(row.what, What::Message { .. } | What::Reaction { .. } | What::Attendance { .. })
}

fn member_days(rows: &[&Row]) -> Vec<MemberDay> {
    let deleted: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| match &row.what {
            What::MessageDeleted { target, .. } => Some(target.as_str()),
            _ => None,
        })
        .collect();
    let mut days: BTreeMap<(NaiveDate, &str), MemberDay> = BTreeMap::new();
    for row in rows {
        let Some(user) = row.user.as_deref() else { continue };
        let day = row.ts.local_date(SHANGHAI);
        let entry = days.entry((day, user)).or_insert_with(|| MemberDay {
            day,
            user: user.to_owned(),
            messages: 0,
            counted: 0,
            presence: 0,
            signs: 0,
            last_counted_at: None,
            last_message_at: None,
        });
        entry.presence += i32::from(is_presence(row));
        entry.signs += i32::from(is_presence(row) || is_other_sign(row, rows));
        if let What::Message { text, .. } = &row.what
            && !deleted.contains(row.id.as_str())
        {
            let at = row.ts.millis();
            entry.messages += 1;
            entry.last_message_at = Some(at);
            let is_long = text.as_ref().is_some_and(|text| text.chars().count() >= 2);
            let is_apart = entry.last_counted_at.is_none_or(|last| at - last >= MINUTE);
            if is_long && is_apart && entry.counted < DAILY_CAP {
                entry.counted += 1;
                entry.last_counted_at = Some(at);
            }
        }
    }
    days.into_values().filter(|day| day.messages + day.presence + day.signs > 0).collect()
}

/// A click, or an accepted item that no later row withdrew.
fn is_other_sign(row: &Row, rows: &[&Row]) -> bool {
    match &row.what {
        What::Click { .. } => true,
        What::ContributionAccepted { item, .. } => !rows.iter().any(|other| {
            matches!(&other.what, What::ContributionWithdrawn { item: of } if of == item) && other.ts > row.ts
        }),
        _ => false,
    }
}

fn memberships(rows: &[&Row]) -> Vec<Membership> {
    let mut of_users: BTreeMap<&str, Vec<Membership>> = BTreeMap::new();
    for row in rows {
        let Some(user) = row.user.as_deref() else { continue };
        let spells = of_users.entry(user).or_default();
        let running = spells.last_mut().filter(|spell| spell.ended.is_none());
        match (&row.what, running) {
            (What::Leave, Some(spell)) => spell.ended = Some((row.ts.millis(), "LEFT".to_owned())),
            (What::Remove { .. }, Some(spell)) => spell.ended = Some((row.ts.millis(), "REMOVED".to_owned())),
            (What::Join { invited_by, .. }, None) => {
                let spell = begun(spells.last(), user, row, invited_by.clone());
                spells.push(spell);
            }
            (_, None) if is_presence(row) => {
                let spell = begun(spells.last(), user, row, None);
                spells.push(spell);
            }
            _ => {}
        }
    }
    let mut all: Vec<_> = of_users.into_values().flatten().collect();
    all.sort();
    all
}

fn begun(before: Option<&Membership>, user: &str, row: &Row, invited_by: Option<String>) -> Membership {
    let join_observed = matches!(row.what, What::Join { .. });
    let date =
        |millis: i64| qun_domain::time::Timestamp::from_millis(millis).expect("a time").local_date(SHANGHAI);
    let continued = before.filter(|before| {
        let end = before.ended.as_ref().expect("an ended spell").0;
        (row.ts.local_date(SHANGHAI) - date(end)).num_days() <= RETURN_DAYS
    });
    Membership {
        user: user.to_owned(),
        joined_at: row.ts.millis(),
        ended: None,
        began_at: continued.map_or(row.ts.millis(), |before| before.began_at),
        join_observed,
        began_observed: continued.map_or(join_observed, |before| before.began_observed),
        invited_by,
    }
}
