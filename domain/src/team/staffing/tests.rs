use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::{AccountId, CommunityId, GroupId};
use crate::policy::StaffingPolicy;
use crate::scope::Scope;
use crate::team::Share;

const PLANTS: CommunityId = CommunityId(Uuid::from_u128(1));
const ROSES: Scope = Scope::Group(GroupId(Uuid::from_u128(2)));
const TULIPS: Scope = Scope::Group(GroupId(Uuid::from_u128(3)));

fn share(basis_points: u16) -> Share {
    basis_points.try_into().expect("a share")
}

fn post(who: u128, scope: Scope, basis_points: u16) -> Post {
    let community = matches!(scope, Scope::Group(_)).then_some(PLANTS);
    let account = AccountId(Uuid::from_u128(who));
    Post { account, scope, community, share: share(basis_points), total: basis_points.into(), is_away: false }
}

fn heads(members: u64) -> HeadCount {
    HeadCount { members, recorded: 2, unrecorded: 0 }
}

fn of(place: Scope, members: u64, posts: &[Post]) -> Staffing {
    let community = matches!(place, Scope::Group(_)).then_some(PLANTS);
    staffing((place, community), heads(members), posts, &StaffingPolicy::default())
}

/// The worked example of docs/team.md: 250 persons in two groups.
#[test]
fn the_worked_example() {
    let posts = [
        post(1, Scope::Community(PLANTS), 5_000),
        post(2, ROSES, 10_000),
        Post { is_away: true, ..post(3, TULIPS, 10_000) },
        post(4, Scope::Organization, 10_000),
    ];
    let found = of(Scope::Community(PLANTS), 250, &posts);
    assert_eq!((found.needed, found.present, found.away), (Ok(3), 15_000, 10_000));
    assert_eq!((found.ratio(), found.organization), (Ok(0.5), Some(10_000)));
    assert_eq!(found.warnings(), [StaffingWarning::Understaffed]);
    let found = of(ROSES, 150, &posts);
    assert_eq!((found.present, found.community, found.needed), (10_000, Some(5_000), Ok(2)));
    assert_eq!((found.ratio(), found.warnings()), (Ok(0.75), vec![StaffingWarning::Understaffed]));
    let found = of(Scope::Organization, 250, &posts);
    assert_eq!((found.present, found.organization, found.community), (25_000, None, None));
}

#[test]
fn part_of_a_working_time_more_is_a_whole_one() {
    for (members, needed) in [(0, 0), (1, 1), (100, 1), (101, 2), (500, 5)] {
        assert_eq!(of(ROSES, members, &[]).needed, Ok(needed), "{members}");
    }
    let enough = of(ROSES, 100, &[post(1, ROSES, 6_000), post(2, ROSES, 4_000)]);
    assert_eq!((enough.ratio(), enough.warnings()), (Ok(1.0), vec![]), "half working times add up");
    let short = of(ROSES, 100, &[post(1, ROSES, 9_999)]);
    assert_eq!(short.warnings(), [StaffingWarning::Understaffed]);
}

#[test]
fn what_is_not_known_is_no_zero() {
    let unknown = HeadCount { members: 0, recorded: 0, unrecorded: 3 };
    let found = staffing((ROSES, None), unknown, &[], &StaffingPolicy::default());
    assert_eq!((found.members, found.needed), (Err(StaffingGap::NotRecorded), Err(StaffingGap::NotRecorded)));
    assert_eq!(
        (found.ratio(), found.warnings(), found.unrecorded),
        (Err(StaffingGap::NotRecorded), vec![], 3)
    );
    let left = of(ROSES, 0, &[]);
    assert_eq!((left.members, left.needed, left.warnings()), (Ok(0), Ok(0), vec![]), "all of them have left");
    assert_eq!(left.ratio(), Err(StaffingGap::NoMembers));
}

#[test]
fn who_has_given_away_more_than_there_is_is_told_of() {
    let twice = |scope| Post { total: 20_000, ..post(1, scope, 10_000) };
    let found = of(Scope::Community(PLANTS), 100, &[twice(ROSES), twice(TULIPS)]);
    assert_eq!((found.present, found.overcommitted), (20_000, 1), "counted as it was said, once as a person");
    assert_eq!(found.warnings(), [StaffingWarning::Overcommitted]);
    assert_eq!(of(ROSES, 100, &[twice(TULIPS)]).overcommitted, 0, "that is not of this group");
}

fn posts() -> impl Strategy<Value = Vec<Post>> {
    let scopes = prop::sample::select(vec![Scope::Organization, Scope::Community(PLANTS), ROSES, TULIPS]);
    let one = (1_u128..9, scopes, 0_u16..=10_000, any::<bool>());
    let one = one.prop_map(|(who, scope, share, is_away)| Post { is_away, ..post(who, scope, share) });
    prop::collection::vec(one, 0..30)
}

proptest! {
    /// Nothing is lost and nothing counted twice: the organization has what its parts have.
    #[test]
    fn the_parts_add_up(posts in posts()) {
        let all = of(Scope::Organization, 1, &posts);
        let community = of(Scope::Community(PLANTS), 1, &posts);
        let (roses, tulips) = (of(ROSES, 1, &posts), of(TULIPS, 1, &posts));
        let at_community = roses.community.expect("one");
        prop_assert_eq!(community.present, roses.present + tulips.present + at_community);
        prop_assert_eq!(all.present, community.present + community.organization.expect("one"));
        let said: u64 = posts.iter().map(|post| u64::from(post.share.basis_points())).sum();
        prop_assert_eq!(all.present + all.away, said);
    }

    /// One more member never asks for less, and whoever comes never makes it worse.
    #[test]
    fn more_members_ask_for_no_less(posts in posts(), members in 0_u64..1_000, more in 0_u64..300, per in 1_u32..200) {
        let policy = StaffingPolicy { members_per_fte: per };
        let of = |members, posts: &[Post]| staffing((ROSES, Some(PLANTS)), heads(members), posts, &policy);
        let (few, many) = (of(members, &posts), of(members + more, &posts));
        prop_assert!(few.needed <= many.needed);
        let needed = few.needed.expect("known");
        prop_assert!(needed * u64::from(per) >= members && (needed == 0 || (needed - 1) * u64::from(per) < members));
        let mut joined = posts.clone();
        joined.push(post(99, ROSES, 10_000));
        prop_assert!(of(members, &joined).serving() > few.serving());
    }
}
