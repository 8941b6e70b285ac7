use std::collections::HashMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::{CommunityId, GroupId};
use crate::policy::{CostGrade, ProfessionalismGrade, ResponseGrade, StaffPolicy};
use crate::team::{Period, Seen, StaffingGap, Tally};

const PLANTS: CommunityId = CommunityId(Uuid::from_u128(1));

fn group(id: u128, mode: Option<DivisionMode>, members: Option<u64>, share: u64) -> DividedGroup {
    DividedGroup { group: GroupId(Uuid::from_u128(id)), community: Some(PLANTS), mode, members, share }
}

/// July 2026, which has 23 working days; 1.5 working times at the community.
fn july(tallies: &[(u128, Tally)]) -> WorkOfMonth {
    let day = |text: &str| text.parse().expect("a day");
    let tallies = tallies.iter().map(|(id, tally)| (GroupId(Uuid::from_u128(*id)), *tally));
    WorkOfMonth {
        period: Period { from: day("2026-07-01"), to: day("2026-08-01") },
        communities: HashMap::from([(PLANTS, 15_000)]),
        tallies: tallies.collect(),
        seen: Seen { cases: true, contributions: true },
    }
}

fn of(groups: &[DividedGroup], work: &WorkOfMonth) -> [Division; 3] {
    divisions(groups, work, &StaffPolicy::default())
}

/// The worked example of docs/team.md. 1.5 working times serve 300 members: each 100 have 0.5.
#[test]
fn the_worked_example() {
    use DivisionMode::{Dedicated, Rotation};
    let groups = [
        group(1, Some(Rotation), Some(100), 0),
        group(2, Some(Rotation), Some(150), 0),
        group(3, Some(Dedicated), Some(50), 10_000),
    ];
    let tally = Tally { cases: 460, ratings: 40, good_ratings: 37, ..Tally::default() };
    let [rotation, dedicated, mixed] = of(&groups, &july(&[(1, tally)]));
    assert_eq!((rotation.groups, dedicated.groups, mixed.groups), (2, 1, 0));
    assert_eq!((rotation.fte_per_100_members.value, rotation.fte_per_100_members.n), (Ok(0.5), 2));
    assert_eq!(dedicated.fte_per_100_members.value, Ok(2.5), "1 of its own, 0.25 of the community, for 50");
    // 460 cases ÷ 23 days ÷ 1.25 working times.
    assert_eq!(rotation.cases_per_day_per_fte.value, Ok(16.0));
    assert_eq!(dedicated.cases_per_day_per_fte.value, Ok(0.0));
    assert_eq!((rotation.satisfaction.value, rotation.satisfaction.n), (Ok(0.925), 40));
    assert!(rotation.satisfaction.interval.is_some());
    assert_eq!(dedicated.satisfaction.value, Err(StaffingGap::Insufficient));
    assert_eq!(mixed.fte_per_100_members.value, Err(StaffingGap::NoGroups));
    assert_eq!(rotation.response_minutes.value, Err(StaffingGap::NotMeasured));
}

#[test]
fn the_claims_are_those_of_the_guide() {
    let [rotation, dedicated, mixed] = of(&[], &july(&[])).map(|division| division.claim);
    let grades =
        |claim: crate::policy::DivisionClaim| (claim.response, claim.professionalism, claim.cost_control);
    assert_eq!(grades(rotation), (ResponseGrade::Average, ProfessionalismGrade::Low, CostGrade::Excellent));
    assert_eq!(grades(dedicated), (ResponseGrade::Fast, ProfessionalismGrade::High, CostGrade::Poor));
    assert_eq!(grades(mixed), (ResponseGrade::FairlyFast, ProfessionalismGrade::MediumHigh, CostGrade::Good));
    assert!(dedicated.response > mixed.response && mixed.response > rotation.response);
    assert!(rotation.cost_control > mixed.cost_control && mixed.cost_control > dedicated.cost_control);
}

#[test]
fn what_is_not_known_is_no_zero() {
    let mode = Some(DivisionMode::Mixed);
    let of = |groups: &[DividedGroup], work: &WorkOfMonth| of(groups, work)[2];
    let alone = |members, share| DividedGroup { community: None, ..group(1, mode, members, share) };
    let cost = |members| of(&[alone(members, 10_000)], &july(&[])).fte_per_100_members.value;
    assert_eq!(cost(None), Err(StaffingGap::NotRecorded));
    assert_eq!(cost(Some(0)), Err(StaffingGap::NoMembers));
    assert_eq!(cost(Some(50)), Ok(2.0));
    let unseen = WorkOfMonth { seen: Seen::default(), ..july(&[]) };
    assert_eq!(
        of(&[alone(Some(5), 10_000)], &unseen).cases_per_day_per_fte.value,
        Err(StaffingGap::NotRecorded)
    );
    assert_eq!(of(&[alone(Some(5), 0)], &july(&[])).cases_per_day_per_fte.value, Err(StaffingGap::NoStaff));
    let mut ahead = july(&[]);
    ahead.period.to = ahead.period.from;
    assert_eq!(of(&[alone(Some(5), 1)], &ahead).cases_per_day_per_fte.value, Err(StaffingGap::NoDays));
}

proptest! {
    /// The median lies among its values, and the order of groups does not matter.
    #[test]
    fn a_median_is_in_the_middle(sizes in prop::collection::vec((1_u64..900, 0_u64..30_000), 1..12), at in 0_usize..12) {
        let made = sizes.iter().zip(1_u128..);
        let mut groups: Vec<_> = made
            .map(|((members, share), id)| group(id, Some(DivisionMode::Rotation), Some(*members), *share))
            .collect();
        let work = WorkOfMonth { communities: HashMap::new(), ..july(&[]) };
        let found = of(&groups, &work)[0].fte_per_100_members.value.expect("a median");
        let each: Vec<f64> = groups
            .iter()
            .map(|one| of(std::slice::from_ref(one), &work)[0].fte_per_100_members.value.expect("a value"))
            .collect();
        let above = each.iter().filter(|value| **value >= found - 1e-9).count();
        let below = each.iter().filter(|value| **value <= found + 1e-9).count();
        prop_assert!(above * 2 >= each.len() && below * 2 >= each.len());
        groups.rotate_left(at % sizes.len());
        prop_assert_eq!(of(&groups, &work)[0].fte_per_100_members.value, Ok(found));
    }

    /// What is assigned at a community is served out whole, and no more of it.
    #[test]
    fn a_community_is_served_out_whole(sizes in prop::collection::vec(0_u64..900, 1..12)) {
        prop_assume!(sizes.iter().any(|size| *size > 0));
        let mode = Some(DivisionMode::Rotation);
        let groups: Vec<_> = sizes.iter().zip(1_u128..).map(|(size, id)| group(id, mode, Some(*size), 0)).collect();
        let tally = Tally { cases: 23, ..Tally::default() };
        // 23 cases in 23 working days: one a day, divided by all working times.
        let found = of(&groups, &july(&[(1, tally)]))[0].cases_per_day_per_fte.value.expect("a value");
        prop_assert!((found * 1.5 - 1.0).abs() < 1e-9, "{found}");
    }
}
