use std::future::Future;

use super::{Community, Group, Name};
use crate::access::AuditPort;
use crate::fault::Fault;
use crate::id::{CommunityId, GroupId};

/// The reads and writes that the use cases of this context need.
pub trait GroupsPort: AuditPort {
    /// A community of this organization, held against concurrent change.
    fn community(&mut self, id: CommunityId)
    -> impl Future<Output = Result<Option<Community>, Fault>> + Send;

    /// The community of this name.
    fn community_named(
        &mut self,
        name: &Name,
    ) -> impl Future<Output = Result<Option<Community>, Fault>> + Send;

    /// Adds a community; its id is made here.
    fn add_community(
        &mut self,
        name: &Name,
        zone: chrono_tz::Tz,
    ) -> impl Future<Output = Result<Community, Fault>> + Send;

    /// Gives a community another name.
    fn rename_community(
        &mut self,
        community: Community,
        name: &Name,
    ) -> impl Future<Output = Result<Community, Fault>> + Send;

    /// A group of this organization, held against concurrent change.
    fn group(&mut self, id: GroupId) -> impl Future<Output = Result<Option<Group>, Fault>> + Send;

    /// The group of this name.
    fn group_named(&mut self, name: &Name) -> impl Future<Output = Result<Option<Group>, Fault>> + Send;

    /// Adds a group; its id is made here.
    fn add_group(&mut self, group: super::NewGroup) -> impl Future<Output = Result<Group, Fault>> + Send;

    /// Puts a group into a community, or into none.
    fn move_group(
        &mut self,
        group: Group,
        community: Option<CommunityId>,
    ) -> impl Future<Output = Result<Group, Fault>> + Send;
}
