use serde_json::json;

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::groups::{Community, GroupEvent, GroupsPort, Name};
use crate::id::CommunityId;

/// Gives a community another name.
#[derive(Clone, Debug)]
pub struct RenameCommunity {
    /// The community.
    pub community: CommunityId,
    /// Its name from now on.
    pub name: Name,
}

/// Why a community was not renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenameCommunityRefusal {
    /// There is no such community.
    NoSuchCommunity,
    /// Another community has this name.
    NameTaken,
}

impl<Tx: GroupsPort> Command<Tx> for RenameCommunity {
    const NAME: &'static str = "groups.rename_community";
    const CAPABILITY: Capability = Capability::ManageGroups;
    type Out = Community;
    type Refusal = RenameCommunityRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Community, RenameCommunityRefusal> {
        let community =
            tx.community(self.community).await?.or_refuse(RenameCommunityRefusal::NoSuchCommunity)?;
        if community.name == self.name.as_str() {
            return Ok(community);
        }
        if tx.community_named(&self.name).await?.is_some() {
            return Err(Failure::Refused(RenameCommunityRefusal::NameTaken));
        }

        let before = community.name.clone();
        let community = tx.rename_community(community, &self.name).await?;
        tx.audit(
            format!("community:{}", community.id),
            json!({ "name": { "before": before, "after": community.name } }),
        );
        tx.emit(&GroupEvent::CommunityRenamed { community: community.id, name: community.name.clone() })?;
        Ok(community)
    }
}
