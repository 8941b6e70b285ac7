use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::access::{Assignment, Position, Rank, Role};
use crate::id::{AccountId, AssignmentId, CommunityId, GroupId};
use crate::scope::Scope;
use crate::team::{Held, Share};
use crate::time::Timestamp;

const PLANTS: CommunityId = CommunityId(Uuid::from_u128(1));
const ROSES: GroupId = GroupId(Uuid::from_u128(2));
const GROUP: Scope = Scope::Group(ROSES);
const COMMUNITY: Scope = Scope::Community(PLANTS);
const ELSEWHERE: Scope = Scope::Group(GroupId(Uuid::from_u128(3)));

/// An assignment of account `who` since day `since`.
fn held(who: u128, position: Position, since: i64) -> Held {
    let at = Timestamp::from_millis(since * Timestamp::DAY).expect("a time");
    // One account holds a role at a scope once.
    let code = format!("{who} {} {}", position.role.code(), position.scope);
    let id = code.bytes().fold(7_u128, |sum, byte| sum.wrapping_mul(131).wrapping_add(byte.into()));
    Held {
        assignment: Assignment { id: AssignmentId(Uuid::from_u128(id)), position, is_acting: false },
        account: AccountId(Uuid::from_u128(who)),
        began_at: at,
        ranked_at: at,
        share: Share::FULL,
        acts_until: None,
    }
}

fn ranked(who: u128, rank: Rank, scope: Scope, since: i64) -> Held {
    held(who, Position::ranked(Role::Administrator, rank, scope), since)
}

fn owner(who: u128, scope: Scope) -> Held {
    held(who, Position { role: Role::Owner, rank: None, scope }, 0)
}

fn accounts(of: &[Held]) -> Vec<u128> {
    of.iter().map(|held| held.account.0.as_u128()).collect()
}

fn on_bench(held: &[Held]) -> Bench {
    bench(ROSES, Some(PLANTS), held)
}

#[test]
fn the_nearest_owner_has_it_and_candidates_of_all_levels_stand_ready() {
    let all = [
        owner(1, Scope::Organization),
        owner(2, COMMUNITY),
        ranked(3, Rank::OwnerCandidate, Scope::Organization, 1),
        ranked(4, Rank::OwnerCandidate, GROUP, 9),
        ranked(5, Rank::OwnerCandidate, ELSEWHERE, 1),
        ranked(6, Rank::Senior, COMMUNITY, 5),
        ranked(7, Rank::Senior, GROUP, 8),
        ranked(8, Rank::Junior, GROUP, 1),
    ];
    let found = on_bench(&all);
    assert_eq!(accounts(&found.owners), [2]);
    assert_eq!(accounts(&found.successors), [4, 3], "the nearest first");
    assert_eq!(accounts(&found.next_in_line), [6, 7], "the longest in rank first");
    assert!(!found.is_at_risk(2) && found.is_at_risk(3));
    let alone = bench(ROSES, None, &all);
    assert_eq!(accounts(&alone.owners), [1], "the community is not that of the group");
}

#[test]
fn who_owns_it_already_is_no_successor() {
    let both = [owner(1, Scope::Organization), ranked(1, Rank::OwnerCandidate, GROUP, 1)];
    let found = on_bench(&both);
    assert!(found.successors.is_empty() && found.is_at_risk(1) && !found.is_at_risk(0));
    let twice = [
        ranked(2, Rank::OwnerCandidate, Scope::Organization, 1),
        ranked(2, Rank::OwnerCandidate, GROUP, 2),
        ranked(2, Rank::Senior, COMMUNITY, 2),
    ];
    let found = on_bench(&twice);
    assert_eq!((found.successors.len(), found.successors[0].position().scope), (1, GROUP));
    assert!(found.next_in_line.is_empty() && found.owners.is_empty());
}

fn anybody() -> impl Strategy<Value = Vec<Held>> {
    let scopes = prop::sample::select(vec![Scope::Organization, COMMUNITY, GROUP, ELSEWHERE]);
    let one = (1_u128..8, scopes, prop::option::of(prop::sample::select(Rank::ALL)), 0_i64..50);
    let one = one.prop_map(|(who, scope, rank, since)| match rank {
        Some(rank) => ranked(who, rank, scope, since),
        None => owner(who, scope),
    });
    prop::collection::vec(one, 0..25)
}

proptest! {
    /// Nobody stands in two lists or twice in one, and the order of the assignments does not matter.
    #[test]
    fn everybody_stands_in_one_place(all in anybody(), at in 0_usize..25) {
        let found = on_bench(&all);
        let mut seen = std::collections::BTreeSet::new();
        for held in found.successors.iter().chain(&found.next_in_line) {
            prop_assert!(seen.insert(held.account), "twice");
        }
        prop_assert!(found.owners.iter().all(|held| !seen.contains(&held.account)));
        let mut turned = all.clone();
        turned.rotate_left(at % all.len().max(1));
        let again = on_bench(&turned);
        prop_assert_eq!(accounts(&again.successors), accounts(&found.successors));
        prop_assert_eq!(accounts(&again.next_in_line), accounts(&found.next_in_line));
    }

    /// A further candidate never puts a group at risk.
    #[test]
    fn a_further_candidate_never_harms(all in anybody(), min in 0_u32..5) {
        let before = on_bench(&all);
        let mut more = all;
        more.push(ranked(99, Rank::OwnerCandidate, GROUP, 0));
        let after = on_bench(&more);
        prop_assert_eq!(after.successors.len(), before.successors.len() + 1);
        prop_assert!(before.is_at_risk(min) || !after.is_at_risk(min));
    }
}
