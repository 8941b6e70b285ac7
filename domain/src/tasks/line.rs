//! Who is next when a task goes further (Z9).

use std::cmp::Reverse;

use crate::access::Level;
use crate::id::AccountId;
use crate::scope::Scope;
use crate::time::Timestamp;

/// Somebody with an assignment that covers a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InLine {
    /// Who.
    pub account: AccountId,
    /// The weight of the assignment.
    pub level: Level,
    /// Where it holds: the place itself, or something around it.
    pub scope: Scope,
    /// Since when.
    pub since: Timestamp,
}

/// Who is next after an account: of those above it the ones nearest to the place, of these the
/// lowest, of equals the one who has been there longest; and owners after all others. `None` when
/// nobody is above. Who has no assignment there is below all.
pub fn next_in_line(line: &[InLine], after: AccountId) -> Option<AccountId> {
    let held = line.iter().filter(|each| each.account == after).map(|each| each.level).max();
    let above = line.iter().filter(|each| each.account != after && Some(each.level) > held);
    let next = above.min_by_key(|each| {
        (each.level == Level::Owner, Reverse(narrowness(each.scope)), each.level, each.since, each.account)
    });
    next.map(|each| each.account)
}

/// The owner to ask about an account: of those that are not the account itself the one nearest to
/// the place, of equals the one who has been there longest. `None` when there is none.
pub fn nearest_owner(line: &[InLine], about: AccountId) -> Option<AccountId> {
    let owners = line.iter().filter(|each| each.level == Level::Owner && each.account != about);
    let nearest = owners.min_by_key(|each| (Reverse(narrowness(each.scope)), each.since, each.account));
    nearest.map(|each| each.account)
}

const fn narrowness(scope: Scope) -> u8 {
    match scope {
        Scope::Organization => 0,
        Scope::Community(_) => 1,
        Scope::Group(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::access::Rank;
    use crate::id::{CommunityId, GroupId};

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    fn one(number: u128, level: Level, scope: Scope) -> InLine {
        let since = Timestamp::from_millis(1_000 - i64::try_from(number).expect("small")).expect("a time");
        InLine { account: account(number), level, scope, since }
    }

    /// From the one after whom is asked to the last, as a task would go.
    fn way(line: &[InLine], from: u128) -> Vec<u128> {
        let mut way = Vec::new();
        let mut at = account(from);
        while let Some(next) = next_in_line(line, at) {
            way.push(next.0.as_u128());
            at = next;
        }
        way
    }

    #[test]
    fn a_task_goes_up_rank_by_rank_and_to_owners_last() {
        let (group, community) =
            (Scope::Group(GroupId(Uuid::nil())), Scope::Community(CommunityId(Uuid::nil())));
        let ranked = |rank| Level::Ranked(rank);
        let line = [
            one(1, ranked(Rank::Intern), group),
            one(2, ranked(Rank::Intern), group),
            one(3, ranked(Rank::Senior), group),
            one(4, ranked(Rank::Junior), group),
            one(5, Level::Owner, group),
            one(6, ranked(Rank::Junior), community),
            one(7, ranked(Rank::OwnerCandidate), community),
            one(8, ranked(Rank::Junior), Scope::Organization),
            one(9, Level::ActingOwner, Scope::Organization),
            one(10, Level::Owner, Scope::Organization),
        ];
        assert_eq!(way(&line, 1), [4, 3, 7, 9, 5], "nearest first, then rank by rank");
        assert_eq!(way(&line, 6), [3, 7, 9, 5], "who stands elsewhere has his rank all the same");
        assert_eq!(
            way(&line, 99),
            [2, 4, 3, 7, 9, 5],
            "a stranger is below all; of equals the longest there"
        );
        assert_eq!(way(&line, 10), [0_u128; 0], "nobody is above an owner");
        assert_eq!(way(&line[9..], 1), [10]);
        assert_eq!(way(&[], 1), [0_u128; 0]);
    }

    #[test]
    fn the_weightiest_assignment_counts() {
        let line = [
            one(1, Level::Ranked(Rank::Intern), Scope::Organization),
            one(1, Level::Ranked(Rank::Senior), Scope::Organization),
            one(2, Level::Ranked(Rank::Junior), Scope::Organization),
        ];
        assert_eq!(next_in_line(&line, account(1)), None);
        assert_eq!(next_in_line(&line, account(2)), Some(account(1)));
    }

    #[test]
    fn the_nearest_owner_is_asked_and_never_about_himself() {
        let (group, community) =
            (Scope::Group(GroupId(Uuid::nil())), Scope::Community(CommunityId(Uuid::nil())));
        // The higher the number, the longer it is there.
        let line = [
            one(1, Level::Ranked(Rank::Senior), group),
            one(2, Level::Owner, community),
            one(3, Level::Owner, community),
            one(4, Level::Owner, Scope::Organization),
        ];
        assert_eq!(nearest_owner(&line, account(1)), Some(account(3)));
        assert_eq!(nearest_owner(&line, account(3)), Some(account(2)));
        assert_eq!(nearest_owner(&line[3..], account(4)), None);
    }
}
