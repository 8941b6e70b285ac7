//! Rows of few users on few days, so that they get into each other's way.

use chrono::Days;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use qun_domain::activity::{MemberRole, Row, What};
use qun_domain::time::{Timestamp, start_of_day};

use crate::harness::{SHANGHAI, day, event, row};

const USERS: u8 = 4;
pub(super) const GROUPS: usize = 2;

/// Days between which memberships end, go on and begin anew (90 and 91 apart).
const DAYS: [u64; 6] = [0, 1, 2, 91, 92, 183];

/// Seconds of a day around its two midnights, less and more than a minute apart.
const SECONDS: [i64; 10] = [0, 1, 20, 59, 60, 61, 120, 86_310, 86_369, 86_399];

/// One row before it has a name.
#[derive(Clone, Debug)]
struct Deed {
    group: usize,
    user: u8,
    day: Index,
    second: Index,
    act: Act,
}

#[derive(Clone, Debug)]
enum Act {
    Message(&'static str),
    Delete(Index),
    React(Index),
    Join(Option<u8>),
    Leave,
    Remove,
    Role,
    Event(u8, bool),
    Attend(u8),
    Accept(u8),
    Withdraw(u8),
    Strike,
    Void(Index),
    Click,
}

/// The same rows twice: once each in order of time, and in some order with repetitions,
/// cut into batches.
#[derive(Clone, Debug)]
pub(super) struct History {
    /// Rows with the index of their group.
    pub(super) in_order: Vec<(usize, Row)>,
    pub(super) mixed: Vec<Vec<(usize, Row)>>,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => prop_oneof![Just("好"), Just("早上好"), Just("ok")].prop_map(Act::Message),
        3 => any::<Index>().prop_map(Act::Delete),
        2 => any::<Index>().prop_map(Act::React),
        3 => proptest::option::of(0..USERS).prop_map(Act::Join),
        3 => Just(Act::Leave),
        2 => Just(Act::Remove),
        1 => Just(Act::Role),
        2 => (0..2_u8, any::<bool>()).prop_map(|(event, cancelled)| Act::Event(event, cancelled)),
        2 => (0..2_u8).prop_map(Act::Attend),
        3 => (0..2_u8).prop_map(Act::Accept),
        3 => (0..2_u8).prop_map(Act::Withdraw),
        1 => Just(Act::Strike),
        1 => any::<Index>().prop_map(Act::Void),
        2 => Just(Act::Click),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    (0..GROUPS, 0..USERS, any::<Index>(), any::<Index>(), act())
        .prop_map(|(group, user, day, second, act)| Deed { group, user, day, second, act })
}

/// Histories of at most `most` rows.
pub(super) fn history(most: usize) -> impl Strategy<Value = History> {
    vec(deed(), 1..=most)
        .prop_map(|deeds| rows(&deeds))
        .prop_flat_map(|rows| {
            let again = vec(any::<Index>(), 0..=rows.len());
            (Just(rows.clone()), Just(rows).prop_shuffle(), again, 1_usize..12)
        })
        .prop_map(|(mut in_order, mut mixed, again, batch)| {
            in_order.sort_by_key(|(_, row)| row.ts);
            for index in again {
                let row = index.get(&mixed).clone();
                mixed.insert(index.index(mixed.len() + 1), row);
            }
            History { in_order, mixed: mixed.chunks(batch).map(<[_]>::to_vec).collect() }
        })
}

fn rows(deeds: &[Deed]) -> Vec<(usize, Row)> {
    deeds.iter().enumerate().map(|(n, deed)| (deed.group, named(n, deed, deeds.len()))).collect()
}

fn user(n: u8) -> String {
    format!("u{n}")
}

/// Ids tell nothing of the time; event rows are versions of two events, each with a time of its own.
fn named(n: usize, deed: &Deed, rows: usize) -> Row {
    let date = day("2026-01-01") + Days::new(*deed.day.get(&DAYS));
    let ts = start_of_day(date, SHANGHAI).plus_millis(*deed.second.get(&SECONDS) * Timestamp::SECOND);
    let id = format!("r{}", (n * 7) % 101 + 101 * n);
    let target = |index: &Index| {
        let n = index.index(rows);
        format!("r{}", (n * 7) % 101 + 101 * n)
    };
    let what = match &deed.act {
        Act::Message(text) => What::Message { text: Some((*text).to_owned()), media: vec![], reply_to: None },
        Act::Delete(index) => What::MessageDeleted { target: target(index), by: None },
        Act::React(index) => What::Reaction { target: target(index), emoji: None },
        Act::Join(by) => What::Join { invited_by: by.map(user), via: None },
        Act::Leave => What::Leave,
        Act::Remove => What::Remove { by: None, reason: None },
        Act::Role => What::Role { role: MemberRole::Staff },
        Act::Event(of, cancelled) => {
            let version = ts.plus_millis(i64::try_from(n).expect("few rows"));
            return event(&format!("e{}{of}", deed.group), version, ts, *cancelled);
        }
        Act::Attend(of) => What::Attendance { event: format!("e{}{of}", deed.group) },
        Act::Accept(item) => What::ContributionAccepted { item: format!("i{item}"), points: 75 },
        Act::Withdraw(item) => What::ContributionWithdrawn { item: format!("i{item}") },
        Act::Strike => What::Violation { severity: None },
        Act::Void(index) => What::ViolationVoided { target: target(index) },
        Act::Click => What::Click { via: None },
    };
    row(id, &user(deed.user), ts, what)
}
