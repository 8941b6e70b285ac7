use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Capability;
use crate::command::{Command, OrRefuse, Outcome, Place, kept};
use crate::groups::{Group, GroupEvent, GroupsPort};
use crate::id::{CommunityId, GroupId};
use crate::scope::Scope;

/// Puts a group into a community, or takes it out of one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MoveGroup {
    /// The group.
    pub group: GroupId,
    /// Its community from now on.
    pub community: Option<CommunityId>,
}

/// Why a group was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveGroupRefusal {
    /// There is no such group.
    NoSuchGroup,
    /// There is no such community.
    NoSuchCommunity,
}

impl<Tx: GroupsPort> Command<Tx> for MoveGroup {
    const NAME: &'static str = "groups.move_group";
    const CAPABILITY: Capability = Capability::ManageGroups;
    type Out = Group;
    type Refusal = MoveGroupRefusal;

    fn place(&self) -> Place {
        Place::At(Scope::Group(self.group))
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Group, MoveGroupRefusal> {
        let group = tx.group(self.group).await?.or_refuse(MoveGroupRefusal::NoSuchGroup)?;
        if let Some(community) = self.community {
            tx.community(community).await?.or_refuse(MoveGroupRefusal::NoSuchCommunity)?;
            tx.admit(Capability::ManageGroups, Scope::Community(community))?;
        }
        if group.community == self.community {
            return Ok(group);
        }

        let before = group.community;
        let group = tx.move_group(group, self.community).await?;
        tx.audit(
            format!("group:{}", group.id),
            json!({ "community": { "before": before, "after": group.community } }),
        );
        tx.emit(&GroupEvent::from(&group))?;
        Ok(group)
    }
}
