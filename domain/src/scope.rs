//! The organization, a community or a group: where something holds.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{CommunityId, GroupId};

/// What something is about: a policy version, an evaluation, an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// The whole organization.
    Organization,
    /// One community.
    Community(CommunityId),
    /// One group.
    Group(GroupId),
}

impl Scope {
    /// The community and the group as columns have them: both empty for the organization.
    pub const fn columns(self) -> (Option<CommunityId>, Option<GroupId>) {
        match self {
            Self::Organization => (None, None),
            Self::Community(id) => (Some(id), None),
            Self::Group(id) => (None, Some(id)),
        }
    }

    /// What columns like those of [`Scope::columns`] say.
    pub fn of_columns(community: Option<CommunityId>, group: Option<GroupId>) -> Self {
        group.map_or_else(|| community.map_or(Self::Organization, Self::Community), Self::Group)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization => f.write_str("organization"),
            Self::Community(id) => write!(f, "community:{id}"),
            Self::Group(id) => write!(f, "group:{id}"),
        }
    }
}
