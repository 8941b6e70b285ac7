use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place, kept};
use crate::groups::{Group, GroupEvent, GroupsPort, Name, Platform};
use crate::id::CommunityId;
use crate::scope::Scope;

/// The settings of a group that does not exist yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewGroup {
    /// Its name.
    pub name: Name,
    /// The community it belongs to, if any.
    pub community: Option<CommunityId>,
    /// Where it lives; it cannot change later, because it decides who its users are.
    pub platform: Platform,
    /// What sort of group it is, in the organization's own words.
    pub kind: Option<String>,
    /// The zone of its weeks and days; it cannot change later, because days are computed once.
    pub zone: Tz,
}

/// Creates a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateGroup(pub NewGroup);

/// Why a group was not created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateGroupRefusal {
    /// Another group has this name.
    NameTaken,
    /// There is no such community.
    NoSuchCommunity,
}

impl<Tx: GroupsPort> Command<Tx> for CreateGroup {
    const NAME: &'static str = "groups.create_group";
    const CAPABILITY: Capability = Capability::ManageGroups;
    type Out = Group;
    type Refusal = CreateGroupRefusal;

    fn place(&self) -> Place {
        Place::At(self.0.community.map_or(Scope::Organization, Scope::Community))
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Group, CreateGroupRefusal> {
        if let Some(community) = self.0.community {
            tx.community(community).await?.or_refuse(CreateGroupRefusal::NoSuchCommunity)?;
        }
        if tx.group_named(&self.0.name).await?.is_some() {
            return Err(Failure::Refused(CreateGroupRefusal::NameTaken));
        }

        let group = tx.add_group(self.0).await?;
        tx.audit(
            format!("group:{}", group.id),
            json!({ "name": group.name, "platform": group.platform.code() }),
        );
        tx.emit(&GroupEvent::from(&group))?;
        Ok(group)
    }
}
