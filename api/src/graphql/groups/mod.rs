//! Communities, groups and who is in them.

mod input;
mod member;
mod members;
mod mutation;
mod object;
mod query;
mod subscription;

pub(super) use input::Platform;
pub(super) use member::{MemberObject, MemberRole};
pub(super) use members::{MemberConnection, MemberOrder, MemberTotal, members_of};
pub(super) use mutation::GroupsMutation;
pub(super) use object::{
    CommunityConnection, CommunityObject, GroupConnection, GroupObject, communities_page, groups_page,
};
pub(super) use query::GroupsQuery;
pub(super) use subscription::GroupsSubscription;
