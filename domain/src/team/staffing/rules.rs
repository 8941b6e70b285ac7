use std::collections::BTreeSet;

use super::{HeadCount, Post, Staffing, StaffingGap};
use crate::id::CommunityId;
use crate::policy::StaffingPolicy;
use crate::scope::Scope;

/// Where an assignment stands to a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// At the place, or below it.
    Here,
    /// At the community of the group that the place is.
    Community,
    /// At the organization, above the place.
    Organization,
    /// It has nothing to do with it.
    Elsewhere,
}

/// The staffing of a place, which may be a group in a `community`, by these assignments, among which
/// may be others that have nothing to do with it (M6). Each head counts once, in however many groups
/// of the place it is; part of a working time more is a whole one.
pub fn staffing(
    (place, community): (Scope, Option<CommunityId>),
    heads: HeadCount,
    posts: &[Post],
    policy: &StaffingPolicy,
) -> Staffing {
    let members = if heads.recorded == 0 { Err(StaffingGap::NotRecorded) } else { Ok(heads.members) };
    let sum = |relation: Relation, is_away: bool| {
        let counted = posts.iter().filter(|post| relation_of(post, place, community) == relation);
        counted.filter(|post| post.is_away == is_away).map(|post| u64::from(post.share.basis_points())).sum()
    };
    let here = posts.iter().filter(|post| relation_of(post, place, community) == Relation::Here);
    let over: BTreeSet<_> =
        here.filter(|post| u64::from(post.total) > Staffing::FULL).map(|post| post.account).collect();
    Staffing {
        members,
        unrecorded: heads.unrecorded,
        needed: members.map(|members| members.div_ceil(u64::from(policy.members_per_fte.max(1)))),
        present: sum(Relation::Here, false),
        away: sum(Relation::Here, true),
        community: community.map(|_| sum(Relation::Community, false)),
        organization: (place != Scope::Organization).then(|| sum(Relation::Organization, false)),
        overcommitted: u64::try_from(over.len()).unwrap_or(u64::MAX),
    }
}

fn relation_of(post: &Post, place: Scope, community: Option<CommunityId>) -> Relation {
    let is_below = match place {
        Scope::Organization => true,
        Scope::Community(id) => post.community == Some(id),
        Scope::Group(_) => false,
    };
    if is_below || post.scope == place {
        Relation::Here
    } else if post.scope == Scope::Organization {
        Relation::Organization
    } else if community.is_some_and(|id| post.scope == Scope::Community(id)) {
        Relation::Community
    } else {
        Relation::Elsewhere
    }
}
