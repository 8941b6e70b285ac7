use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::access::{Rank, Role};
use crate::id::{AccountId, CommunityId, GroupId};
use crate::scope::Scope;
use crate::team::Held;

/// Who has a group, and who stands ready to have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bench {
    /// The nearest owners: of the group, else of its community, else of the organization.
    pub owners: Vec<Held>,
    /// Owner candidates there who own it at no level, the nearest first; each once.
    pub successors: Vec<Held>,
    /// Seniors there who are none of those, the longest in their rank first; each once.
    pub next_in_line: Vec<Held>,
}

impl Bench {
    /// Whether fewer stand ready than the policy asks for.
    pub fn is_at_risk(&self, min_successors: u32) -> bool {
        u32::try_from(self.successors.len()).is_ok_and(|successors| successors < min_successors)
    }
}

/// The bench of a group, which may be in a community, by these assignments of active members, among
/// which may be others that have nothing to do with it.
pub fn bench(group: GroupId, community: Option<CommunityId>, held: &[Held]) -> Bench {
    // The farther, the greater; none for what is elsewhere.
    let distance = |held: &Held| match held.position().scope {
        Scope::Group(id) => (id == group).then_some(0),
        Scope::Community(id) => (Some(id) == community).then_some(1),
        Scope::Organization => Some(2),
    };
    let mut there: Vec<(u8, &Held)> = held.iter().filter_map(|held| Some((distance(held)?, held))).collect();
    there.sort_by_key(|(distance, held)| (*distance, held.ranked_at, held.assignment.id));

    let owning: Vec<&(u8, &Held)> =
        there.iter().filter(|(_, held)| held.position().role == Role::Owner).collect();
    let nearest = owning.first().map(|(distance, _)| *distance);
    let owners = owning.iter().filter(|(distance, _)| Some(*distance) == nearest).map(|(_, held)| **held);
    let owners: Vec<Held> = owners.collect();
    let mut taken: BTreeSet<AccountId> = owning.iter().map(|(_, held)| held.account).collect();
    let mut of_rank = |rank: Rank| -> Vec<Held> {
        let ranked = there.iter().filter(|(_, held)| held.position().rank == Some(rank));
        ranked.filter(|(_, held)| taken.insert(held.account)).map(|(_, held)| **held).collect()
    };
    let successors = of_rank(Rank::OwnerCandidate);
    let mut next_in_line = of_rank(Rank::Senior);
    next_in_line.sort_by_key(|held| (held.ranked_at, Reverse(held.position().scope), held.assignment.id));
    Bench { owners, successors, next_in_line }
}
