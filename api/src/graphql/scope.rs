use std::sync::Arc;

use async_graphql::Union;
use qun_domain::groups::Scope;

use super::access::OrganizationObject;
use super::asked::Asked;
use super::error::Problem;
use super::groups::{CommunityObject, GroupObject};

/// A group or a community: what is evaluated.
#[derive(Clone, Union)]
#[graphql(name = "TierScope")]
pub(super) enum ScopeObject {
    Group(GroupObject),
    Community(CommunityObject),
}

impl ScopeObject {
    /// The object, if the organization has it.
    pub(super) async fn find(asked: &Asked, scope: Scope) -> Result<Option<Self>, Problem> {
        Ok(match scope {
            Scope::Organization => None,
            Scope::Community(id) => asked.community(id).await?.map(Self::Community),
            Scope::Group(id) => asked.group(id).await?.map(Self::Group),
        })
    }

    /// What it is.
    pub(super) fn scope(&self) -> Scope {
        match self {
            Self::Group(group) => Scope::Group(group.0.id),
            Self::Community(community) => Scope::Community(community.0.id),
        }
    }

    /// The zone of its weeks and days.
    pub(super) fn zone(&self) -> chrono_tz::Tz {
        match self {
            Self::Group(group) => group.0.zone,
            Self::Community(community) => community.0.zone,
        }
    }
}

/// The organization, a community or a group: where something holds.
#[derive(Clone, Union)]
#[graphql(name = "Scope")]
pub(super) enum AnyScope {
    Organization(OrganizationObject),
    Community(CommunityObject),
    Group(GroupObject),
}

impl AnyScope {
    /// The object, if the organization has it.
    pub(super) async fn find(asked: &Asked, scope: Scope) -> Result<Option<Self>, Problem> {
        Ok(match scope {
            Scope::Organization => OrganizationObject::find(asked).await?.map(Self::Organization),
            Scope::Community(id) => asked.community(id).await?.map(Self::Community),
            Scope::Group(id) => asked.group(id).await?.map(Self::Group),
        })
    }
}

impl From<Arc<qun_domain::groups::Group>> for ScopeObject {
    fn from(group: Arc<qun_domain::groups::Group>) -> Self {
        Self::Group(GroupObject(group))
    }
}
