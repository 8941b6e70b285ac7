use proptest::prelude::*;

use super::*;
use crate::access::{Level, Rank};
use crate::money::Money;
use crate::policy::{BonusPolicy, IncentivesPolicy, KpiParts};
use crate::team::{Figure, Gap, Kpis, Period};

fn kpis([cases, satisfaction, contributions]: [Result<f64, Gap>; 3]) -> Kpis {
    let day = |text: &str| text.parse().expect("a day");
    let figure = |value, target| Figure { value, interval: None, n: 20, target };
    Kpis {
        period: Period { from: day("2026-07-01"), to: day("2026-08-01") },
        working_days: 23,
        cases_per_day: figure(cases, 10.0),
        satisfaction: figure(satisfaction, 0.9),
        contributions_per_week: figure(contributions, 1.0),
    }
}

fn policy(junior: u32, parts: KpiParts) -> BonusPolicy {
    let mut policy = IncentivesPolicy::default().bonus;
    (policy.base.junior, policy.parts) = (junior, parts);
    policy
}

const PARTS: KpiParts = KpiParts { cases: 4_000, satisfaction: 3_000, contributions: 3_000 };
const JUNIOR: Option<Level> = Some(Level::Ranked(Rank::Junior));

/// By hand: of 500.00 yuan 40 % for the cases (10.0 of 10) and 30 % for contributions (1.13 of 1);
/// satisfaction has too few ratings: 200.00 + 150.00.
#[test]
fn each_figure_that_is_met_adds_its_part() {
    let found = suggest(JUNIOR, &kpis([Ok(10.0), Err(Gap::Insufficient), Ok(1.13)]), &policy(50_000, PARTS));
    let found = found.expect("a suggestion");
    assert_eq!((found.base.minor_units(), found.minor_units), (50_000, 35_000));
    let parts: Vec<_> = found.parts.iter().map(|part| (part.kind, part.is_met, part.minor_units)).collect();
    let expected = [
        (KpiKind::Cases, Ok(true), 20_000),
        (KpiKind::Satisfaction, Err(Gap::Insufficient), 0),
        (KpiKind::Contributions, Ok(true), 15_000),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn without_a_base_or_a_rank_there_is_none() {
    let all = kpis([Ok(10.0), Ok(1.0), Ok(1.0)]);
    assert_eq!(suggest(JUNIOR, &all, &policy(0, PARTS)), None);
    assert_eq!(suggest(None, &all, &policy(1, PARTS)), None);
    assert_eq!(suggest(Some(Level::Owner), &all, &policy(1, PARTS)), None, "owners have a base of their own");
    let none = suggest(JUNIOR, &kpis([Ok(9.9), Ok(0.8), Ok(0.0)]), &policy(1, PARTS)).expect("a suggestion");
    assert_eq!(none.minor_units, 0, "nothing is met");
}

fn value() -> impl Strategy<Value = Result<f64, Gap>> {
    prop_oneof![(0.0_f64..20.0).prop_map(Ok), Just(Err(Gap::NotRecorded)), Just(Err(Gap::NoDays))]
}

proptest! {
    /// It is never more than the base and its parts allow, and a figure that becomes known never
    /// lowers it.
    #[test]
    fn it_stays_within_its_parts(
        base in 1_u32..=1_000_000_000,
        parts in [0_u32..=10_000, 0..=10_000, 0..=10_000],
        values in [value(), value(), value()],
        which in 0_usize..3,
        better in 0.0_f64..20.0,
    ) {
        let [cases, satisfaction, contributions] = parts;
        let policy = policy(base, KpiParts { cases, satisfaction, contributions });
        let suggested = |values| suggest(JUNIOR, &kpis(values), &policy).expect("a suggestion").minor_units;
        let before = suggested(values);
        let most = i64::from(base) * i64::from(parts.iter().sum::<u32>()) / 10_000;
        prop_assert!((0..=most.min(Money::MOST)).contains(&before));
        let mut known = values;
        if known[which].is_err() {
            known[which] = Ok(better);
        }
        prop_assert!(suggested(known) >= before);
    }
}
