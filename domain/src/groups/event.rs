use serde::Serialize;

use super::{Community, Group};
use crate::event::DomainEvent;
use crate::id::{CommunityId, GroupId};

/// What others may hear of communities and groups.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum GroupEvent {
    /// A community was created.
    #[serde(rename_all = "camelCase")]
    CommunityCreated {
        /// The community.
        community: CommunityId,
        /// Its name.
        name: String,
    },
    /// A community has another name.
    #[serde(rename_all = "camelCase")]
    CommunityRenamed {
        /// The community.
        community: CommunityId,
        /// Its name from now on.
        name: String,
    },
    /// A group was created, or moved to another community.
    #[serde(rename_all = "camelCase")]
    GroupChanged {
        /// The group.
        group: GroupId,
        /// Its name.
        name: String,
        /// Its community.
        community: Option<CommunityId>,
    },
}

impl From<&Community> for GroupEvent {
    fn from(community: &Community) -> Self {
        Self::CommunityCreated { community: community.id, name: community.name.clone() }
    }
}

impl From<&Group> for GroupEvent {
    fn from(group: &Group) -> Self {
        Self::GroupChanged { group: group.id, name: group.name.clone(), community: group.community }
    }
}

impl DomainEvent for GroupEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::CommunityCreated { .. } => "groups.community_created",
            Self::CommunityRenamed { .. } => "groups.community_renamed",
            Self::GroupChanged { .. } => "groups.group_changed",
        }
    }

    fn aggregate(&self) -> String {
        match self {
            Self::CommunityCreated { community, .. } | Self::CommunityRenamed { community, .. } => {
                format!("community:{community}")
            }
            Self::GroupChanged { group, .. } => format!("group:{group}"),
        }
    }
}
