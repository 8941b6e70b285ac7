use chrono_tz::Tz;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const ZONE: Tz = Tz::Asia__Shanghai;
const JOIN: PassageKind = PassageKind::Join { invited_by: None };

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).expect("a time")
}

fn day(days: i64) -> Timestamp {
    at(1_767_542_400_000 + days * Timestamp::DAY)
}

fn passage(ts: Timestamp, id: &str, what: PassageKind) -> Passage {
    Passage { ts, id: id.to_owned(), source: "OTHER".to_owned(), what }
}

fn of(rows: &[(i64, &str, PassageKind)]) -> Vec<Spell> {
    spells(rows.iter().map(|&(days, id, what)| passage(day(days), id, what)).collect(), ZONE)
}

#[test]
fn the_earlier_of_join_and_presence_begins_a_membership() {
    let bob = PersonId(Uuid::from_u128(7));
    let join = PassageKind::Join { invited_by: Some(bob) };
    let begun = |rows: &[(i64, &str, PassageKind)]| {
        let spells = of(rows);
        assert_eq!(spells.len(), 1);
        (spells[0].joined_at, spells[0].join_observed, spells[0].invited_by)
    };
    assert_eq!(begun(&[(1, "a", join), (2, "b", PassageKind::Presence)]), (day(1), true, Some(bob)));
    assert_eq!(begun(&[(2, "a", join), (1, "b", PassageKind::Presence)]), (day(1), false, None));
    assert_eq!(begun(&[(1, "a", join), (2, "b", JOIN)]), (day(1), true, Some(bob)));
    // At one instant the ids decide, then the sources.
    assert_eq!(begun(&[(1, "b", join), (1, "a", PassageKind::Presence)]), (day(1), false, None));
    assert_eq!(begun(&[(1, "B", join), (1, "a", PassageKind::Presence)]), (day(1), true, Some(bob)));
    let archived = Passage { source: "archive".to_owned(), ..passage(day(1), "a", join) };
    assert!(!spells(vec![archived, passage(day(1), "a", PassageKind::Presence)], ZONE)[0].join_observed);
}

#[test]
fn only_a_running_membership_ends() {
    assert_eq!(of(&[(1, "a", PassageKind::Leave), (2, "b", PassageKind::Remove)]), []);
    let spells = of(&[(1, "a", JOIN), (3, "b", PassageKind::Remove), (4, "c", PassageKind::Leave)]);
    assert_eq!(spells[0].ended_at, Some((day(3), End::Removed)));
    // Join and leave at one instant: the later id is the last word.
    assert!(of(&[(1, "b", JOIN), (1, "a", PassageKind::Leave)])[0].ended_at.is_none());
    let none = of(&[(1, "a", JOIN), (1, "b", PassageKind::Leave)]);
    assert_eq!(none[0].ended_at, Some((day(1), End::Left)));
    assert_eq!(running_at(&none, day(2)), None);
    let again = of(&[(1, "a", JOIN), (1, "b", PassageKind::Leave), (1, "c", PassageKind::Presence)]);
    assert_eq!(running_at(&again, day(2)), Some(&again[1]));
}

#[test]
fn a_return_within_ninety_local_days_continues() {
    for (back, days, began) in [(5, 5, 0), (90, 90, 0), (91, 91, 91)] {
        let spells =
            of(&[(-10, "a", JOIN), (0, "b", PassageKind::Leave), (back, "c", PassageKind::Presence)]);
        let began = if began == 0 { day(-10) } else { day(began) };
        assert_eq!((spells[1].began_at, spells[1].joined_at), (began, day(days)), "{back}");
        assert_eq!((spells[1].began_observed, spells[1].join_observed), (back < 91, false));
    }
    // Dates count, not hours: 91 days less a millisecond are 90 dates, or 91.
    let (end, back) = (day(0), day(91).plus_millis(-1));
    let rows = vec![passage(end, "a", JOIN), passage(end, "b", PassageKind::Leave), passage(back, "c", JOIN)];
    assert_eq!(spells(rows.clone(), ZONE)[1].began_at, end);
    assert_eq!(spells(rows, Tz::UTC)[1].began_at, back);
}

#[test]
fn what_is_so_at_an_instant_is_made_of_the_rows_before_it() {
    let spells = of(&[(0, "a", JOIN), (7, "b", PassageKind::Leave), (9, "c", JOIN)]);
    let runs = |t: Timestamp| running_at(&spells, t).map(|spell| spell.joined_at);
    assert_eq!(runs(day(0)), None);
    assert_eq!(runs(day(0).plus_millis(1)), Some(day(0)));
    // A leave at exactly asOf belongs to the next week.
    assert_eq!(runs(day(7)), Some(day(0)));
    assert_eq!(runs(day(8)), None);
    assert_eq!(runs(day(9)), None);
    assert_eq!(runs(day(10)), Some(day(9)));
}

#[test]
fn a_community_joins_the_groups() {
    let garden = of(&[(0, "a", JOIN), (10, "b", PassageKind::Leave), (115, "c", JOIN)]);
    let bench = of(&[(8, "a", PassageKind::Presence), (30, "b", PassageKind::Remove)]);
    let began = |groups: &[&[Spell]], t| joined_at(groups, ZONE, t).map(|joined| joined.began_at);
    // Alone the garden begins anew after 105 days; the bench ended 85 days before.
    assert_eq!(began(&[&garden], day(120)), Some(day(115)));
    assert_eq!(began(&[&bench, &garden], day(120)), Some(day(0)));
    assert_eq!(began(&[&bench, &garden], day(20)), Some(day(0)));
    // In between none runs.
    assert_eq!(began(&[&bench, &garden], day(60)), None);
    assert_eq!(began(&[&bench, &garden], day(0)), None);
    assert_eq!(began(&[], day(0)), None);
    assert!(joined_at(&[&bench, &garden], ZONE, day(20)).is_some_and(|joined| joined.began_observed));
}

fn rows() -> impl Strategy<Value = Vec<Passage>> {
    let what = prop_oneof![
        2 => Just(PassageKind::Presence),
        2 => any::<bool>().prop_map(|invited| PassageKind::Join { invited_by: invited.then(|| PersonId(Uuid::nil())) }),
        2 => Just(PassageKind::Leave),
        1 => Just(PassageKind::Remove),
    ];
    prop::collection::vec((0_i64..400, 0_i64..3, what), 0..24).prop_map(|rows| {
        let numbered = rows.into_iter().enumerate();
        let row = |(n, (days, hours, what)): (usize, (i64, i64, PassageKind))| {
            passage(day(days).plus_millis(hours * 8 * 3_600_000), &format!("{:02}", (n * 7) % 24), what)
        };
        numbered.map(row).collect()
    })
}

/// The machine run on the rows with ts < `t` alone.
fn at_prefix(rows: &[Passage], t: Timestamp) -> Option<Spell> {
    let prefix = rows.iter().filter(|row| row.ts < t).cloned().collect();
    spells(prefix, ZONE).pop().filter(|spell| spell.ended_at.is_none())
}

proptest! {
    #[test]
    fn the_whole_tells_every_prefix(rows in rows(), days in 0_i64..400, hours in 0_i64..4) {
        let t = day(days).plus_millis(hours * 8 * 3_600_000);
        let whole = spells(rows.clone(), ZONE);
        for t in rows.iter().map(|row| row.ts).chain([t]) {
            let running = running_at(&whole, t).map(|spell| Spell { ended_at: None, ..*spell });
            prop_assert_eq!(running, at_prefix(&rows, t));
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(rows in rows().prop_shuffle()) {
        let mut sorted = rows.clone();
        sorted.sort_by(|a, b| (a.ts, &a.id).cmp(&(b.ts, &b.id)));
        prop_assert_eq!(spells(rows, ZONE), spells(sorted, ZONE));
    }

    #[test]
    fn spells_stand_in_order_and_apart(rows in rows()) {
        let spells = spells(rows, ZONE);
        for pair in spells.windows(2) {
            prop_assert!(pair[0].ended_at.is_some_and(|(end, _)| end <= pair[1].joined_at));
        }
        for spell in &spells {
            prop_assert!(spell.began_at <= spell.joined_at);
            prop_assert!(spell.ended_at.is_none_or(|(end, _)| spell.joined_at <= end));
        }
    }

    #[test]
    fn what_changes_nothing_changes_nothing(rows in rows(), added in rows()) {
        let before = spells(rows.clone(), ZONE);
        for row in added {
            let row = Passage { id: format!("{}+", row.id), ..row };
            if changes_nothing(&before, &row) {
                let mut rows = rows.clone();
                rows.push(row);
                prop_assert_eq!(&spells(rows, ZONE), &before);
            }
        }
    }

    #[test]
    fn a_community_of_one_group_is_the_group(rows in rows(), days in 0_i64..400) {
        let whole = spells(rows, ZONE);
        let joined = joined_at(&[&whole], ZONE, day(days)).map(|joined| (joined.began_at, joined.began_observed));
        let running = running_at(&whole, day(days)).map(|spell| (spell.began_at, spell.began_observed));
        prop_assert_eq!(joined, running);
    }

    #[test]
    fn a_community_does_not_see_later_rows(garden in rows(), bench in rows(), days in 0_i64..400) {
        let t = day(days);
        let early = |rows: &[Passage]| spells(rows.iter().filter(|row| row.ts < t).cloned().collect(), ZONE);
        let (all, known) = ([spells(garden.clone(), ZONE), spells(bench.clone(), ZONE)], [early(&garden), early(&bench)]);
        prop_assert_eq!(joined_at(&[&all[0], &all[1]], ZONE, t), joined_at(&[&known[0], &known[1]], ZONE, t));
    }
}
