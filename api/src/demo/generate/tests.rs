use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use qun_domain::activity::{Kind, Row, What};

use super::*;

fn at(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).expect("an instant").into()
}

fn thursday() -> Timestamp {
    at("2026-03-19T10:20:00+08:00")
}

#[test]
fn a_seed_and_a_day_give_the_same_rows() {
    let demo = generate(7, thursday());
    assert_eq!(demo, generate(7, at("2026-03-19T11:45:00+08:00")), "later on the same day");
    assert_ne!(demo.rows, generate(8, thursday()).rows);
}

#[test]
fn a_later_day_of_the_week_only_adds_rows() {
    let ids = |now| -> BTreeSet<(String, Timestamp)> {
        generate(7, now).rows.into_iter().map(|row| (row.id, row.ts)).collect()
    };
    let (early, late) = (ids(thursday()), ids(at("2026-03-22T23:00:00+08:00")));
    assert!(early.is_subset(&late));
    assert!(late.len() > early.len());
}

#[test]
fn the_rows_hold_the_rules() {
    let days = [thursday(), at("2026-11-02T00:10:00+08:00"), at("2024-01-07T23:50:00+08:00")];
    for (seed, now) in [0, 7, u64::MAX].into_iter().zip(days) {
        let demo = generate(seed, now);
        for row in &demo.rows {
            row.check(now).expect("a row that goes in");
            assert!(row.ts < now);
        }
        assert!(demo.rows.is_sorted_by_key(|row| (row.ts, &row.id)));
        let kinds: BTreeSet<Kind> = demo.rows.iter().map(Row::kind).collect();
        assert_eq!(kinds.len(), Kind::ALL.len(), "{kinds:?}");
    }
}

#[test]
fn ids_are_unique_but_for_newer_states_of_an_event() {
    let mut seen: BTreeMap<(&str, String), Timestamp> = BTreeMap::new();
    let demo = generate(7, thursday());
    let platforms: BTreeMap<&str, &str> =
        demo.groups.iter().map(|group| (group.name, group.platform)).collect();
    for row in &demo.rows {
        let platform = platforms[row.group.as_deref().expect("a group")];
        if let Some(earlier) = seen.insert((platform, row.id.clone()), row.ts) {
            assert!(row.kind() == Kind::Event && row.ts > earlier, "{row:?}");
        }
    }
}

#[test]
fn references_point_to_earlier_rows_of_the_group() {
    let demo = generate(7, thursday());
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for row in &demo.rows {
        let target = match &row.what {
            What::Message { reply_to, .. } => reply_to.as_deref(),
            What::MessageDeleted { target, .. }
            | What::Reaction { target, .. }
            | What::ViolationVoided { target } => Some(target.as_str()),
            What::Attendance { event } => Some(event.as_str()),
            _ => None,
        };
        let group = row.group.as_deref().expect("a group");
        assert!(target.is_none_or(|target| seen.contains(&(group, target))), "{row:?}");
        seen.insert((group, &row.id));
    }
}

#[test]
fn the_organization_is_of_the_promised_size() {
    let demo = generate(7, thursday());
    assert_eq!(demo.groups.len(), 12);
    assert_eq!(demo.groups.iter().map(|group| group.community).collect::<BTreeSet<_>>().len(), 3);
    assert!((50_000..80_000).contains(&demo.rows.len()), "{}", demo.rows.len());
    let mut groups_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &demo.rows {
        if let (Some(user), Some(group)) = (row.user.as_deref(), row.group.as_deref()) {
            groups_of.entry(user).or_default().insert(group);
        }
    }
    assert!((850..1_100).contains(&groups_of.len()), "{}", groups_of.len());
    assert!(groups_of.values().filter(|groups| groups.len() > 1).count() >= 10);
}

#[test]
fn the_stories_are_told() {
    let demo = generate(7, thursday());
    let first = Calendar::of(thursday());
    let messages = |group: &str, week: i32| {
        let days = first.at(week * 7, 0, calendar::HOME)..first.at((week + 1) * 7, 0, calendar::HOME);
        let of_the_week = |row: &&Row| row.group.as_deref() == Some(group) && days.contains(&row.ts);
        demo.rows.iter().filter(of_the_week).filter(|row| row.kind() == Kind::Message).count()
    };
    assert!(messages("造物社·旧物改造", 15) * 8 < messages("造物社·旧物改造", 0), "a group dies");
    assert_eq!(messages("半马训练营", 0), 0, "a group is not there yet");
    assert!(messages("半马训练营", 15) > 50, "and lives");
    let by_spam =
        |row: &&Row| matches!(&row.what, What::Remove { reason: Some(reason), .. } if reason == "spam");
    assert_eq!(demo.rows.iter().filter(by_spam).count(), 30, "the raiders are removed");
}
