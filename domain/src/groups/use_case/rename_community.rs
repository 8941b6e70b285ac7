use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place, kept};
use crate::groups::{Community, GroupEvent, GroupsPort, Name};
use crate::id::CommunityId;
use crate::scope::Scope;

/// Gives a community another name.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

    fn place(&self) -> Place {
        Place::At(Scope::Community(self.community))
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

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
