use std::collections::BTreeSet;

use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::access::{Level, Rank};
use crate::policy::StaffPolicy;
use crate::team::{ComplaintState, ContributionRole, Deed, Seriousness, Stars};
use crate::time::Timestamp;

const ALL: Seen = Seen { cases: true, contributions: true };
const JUNIOR: Option<Level> = Some(Level::Ranked(Rank::Junior));

fn at(text: &str) -> Timestamp {
    chrono::DateTime::parse_from_rfc3339(text).expect("a time").into()
}

fn july() -> Period {
    Period::of_month("2026-07".parse().expect("a month"), Tz::Asia__Shanghai, at("2026-08-05T00:00:00Z"))
}

fn figures(tally: Tally, level: Option<Level>) -> Kpis {
    kpis(&tally, ALL, july(), &BTreeSet::new(), level, &StaffPolicy::default())
}

/// The worked example of docs/team.md.
#[test]
fn the_worked_example() {
    let tally = Tally {
        cases: 230,
        reopened: 6,
        ratings: 40,
        good_ratings: 37,
        planned: 2,
        helped: 3,
        ..Tally::default()
    };
    let found = figures(tally, JUNIOR);
    assert_eq!((found.working_days, found.cases_per_day.value), (23, Ok(10.0)));
    assert_eq!((found.cases_per_day.is_met(), found.satisfaction.value), (Some(true), Ok(0.925)));
    let interval = found.satisfaction.interval.expect("an interval");
    assert!((interval.low - 0.8014).abs() < 5e-5 && (interval.high - 0.9742).abs() < 5e-5, "{interval:?}");
    let week = found.contributions_per_week;
    assert!((week.value.expect("a value") - 5.0 / (31.0 / 7.0)).abs() < 1e-12);
    assert_eq!((week.n, week.is_met()), (5, Some(true)));
    let senior = figures(tally, Some(Level::Ranked(Rank::Senior))).contributions_per_week;
    assert_eq!((senior.n, senior.is_met()), (2, Some(false)), "who plans alone does not count as a helper");
    assert_eq!(figures(tally, None).contributions_per_week.n, 5);
}

#[test]
fn what_is_not_known_is_no_zero() {
    let few = Tally { ratings: 19, good_ratings: 19, ..Tally::default() };
    let satisfaction = figures(few, JUNIOR).satisfaction;
    assert_eq!(
        (satisfaction.value, satisfaction.n, satisfaction.interval, satisfaction.is_met()),
        (Err(Gap::Insufficient), 19, None, None)
    );
    let policy = StaffPolicy::default();
    let none = BTreeSet::new();
    let unseen = kpis(&few, Seen::default(), july(), &none, JUNIOR, &policy);
    assert_eq!(unseen.cases_per_day.value, Err(Gap::NotRecorded));
    assert_eq!(unseen.contributions_per_week.value, Err(Gap::NotRecorded));
    assert_eq!(figures(few, JUNIOR).cases_per_day.value, Ok(0.0), "others had cases, and this one had none");
    let away: BTreeSet<_> = july().from.iter_days().take(31).collect();
    let away = kpis(&few, ALL, july(), &away, JUNIOR, &policy);
    assert_eq!((away.working_days, away.cases_per_day.value), (0, Err(Gap::NoDays)));
}

#[test]
fn days_of_leave_are_not_worked_on() {
    let tally = Tally { cases: 200, ..Tally::default() };
    let away =
        ["2026-07-01", "2026-07-02", "2026-07-03", "2026-07-04"].map(|day| day.parse().expect("a day"));
    let found = kpis(&tally, ALL, july(), &away.into(), JUNIOR, &StaffPolicy::default());
    assert_eq!((found.working_days, found.cases_per_day.value), (20, Ok(10.0)), "the fourth is a Saturday");
}

#[test]
fn a_month_begins_and_ends_where_its_zone_says() {
    let month = |text: &str| text.parse().expect("a month");
    let late = at("2030-01-01T00:00:00Z");
    for (name, zone, from, to) in [
        ("2026-07", Tz::Asia__Shanghai, "2026-07-01T00:00:00+08:00", "2026-08-01T00:00:00+08:00"),
        // Clocks go forward on the 8th and back on November 1st.
        ("2026-03", Tz::America__New_York, "2026-03-01T00:00:00-05:00", "2026-04-01T00:00:00-04:00"),
        ("2026-11", Tz::America__Havana, "2026-11-01T00:00:00-04:00", "2026-12-01T00:00:00-05:00"),
    ] {
        let period = Period::of_month(month(name), zone, late);
        assert_eq!(period.bounds(zone), (at(from), at(to)), "{name} {zone}");
    }
    let running = Period::of_month(month("2026-07"), Tz::Asia__Shanghai, at("2026-07-15T02:00:00Z"));
    assert_eq!(running.days(&BTreeSet::new()), 14, "today has not ended");
    let ahead = Period::of_month(month("2026-09"), Tz::Asia__Shanghai, at("2026-07-15T02:00:00Z"));
    assert_eq!((ahead.from, ahead.days(&BTreeSet::new())), (ahead.to, 0));
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let time = Timestamp::from_millis(0).expect("a time");
    let deed = prop_oneof![
        any::<bool>()
            .prop_map(move |again| Deed::CaseHandled { opened_at: time, reopened_at: again.then_some(time) }),
        (1..=5_i32)
            .prop_map(|stars| Deed::Rating { stars: Stars::try_from(stars).expect("stars"), about: None }),
        prop::sample::select(ContributionRole::ALL).prop_map(|role| Deed::EventContribution { role }),
        (prop::sample::select(Seriousness::ALL), prop::sample::select(ComplaintState::ALL))
            .prop_map(|(seriousness, state)| Deed::Complaint { seriousness, state }),
    ];
    prop::collection::vec(deed, 0..200)
}

proptest! {
    #[test]
    fn the_order_does_not_matter(deeds in deeds(), at in 0_usize..200) {
        let mut turned = deeds.clone();
        turned.rotate_left(at % deeds.len().max(1));
        prop_assert_eq!(Tally::of(&deeds), Tally::of(&turned));
        turned.reverse();
        prop_assert_eq!(Tally::of(&deeds), Tally::of(&turned));
    }

    #[test]
    fn reopening_a_case_never_raises_a_figure(deeds in deeds()) {
        let time = Timestamp::from_millis(0).expect("a time");
        let before = figures(Tally::of(&deeds), JUNIOR);
        let mut reopened = deeds.clone();
        if let Some(Deed::CaseHandled { reopened_at, .. }) =
            reopened.iter_mut().find(|deed| matches!(deed, Deed::CaseHandled { .. }))
        {
            *reopened_at = Some(time);
        }
        let after = figures(Tally::of(&reopened), JUNIOR);
        prop_assert!(after.cases_per_day.value <= before.cases_per_day.value);
        prop_assert_eq!(after.satisfaction, before.satisfaction);
        prop_assert_eq!(after.contributions_per_week, before.contributions_per_week);
    }
}
