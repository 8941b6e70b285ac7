use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Capability;
use crate::command::{Command, Failure, Outcome, kept};
use crate::groups::{Community, GroupEvent, GroupsPort, Name};

/// Creates a community.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateCommunity {
    /// Its name.
    pub name: Name,
    /// The zone of its weeks and days.
    pub zone: Tz,
}

/// Why a community was not created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateCommunityRefusal {
    /// Another community has this name.
    NameTaken,
}

impl<Tx: GroupsPort> Command<Tx> for CreateCommunity {
    const NAME: &'static str = "groups.create_community";
    const CAPABILITY: Capability = Capability::ManageGroups;
    type Out = Community;
    type Refusal = CreateCommunityRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Community, CreateCommunityRefusal> {
        if tx.community_named(&self.name).await?.is_some() {
            return Err(Failure::Refused(CreateCommunityRefusal::NameTaken));
        }

        let community = tx.add_community(&self.name, self.zone).await?;
        tx.audit(format!("community:{}", community.id), json!({ "name": community.name }));
        tx.emit(&GroupEvent::from(&community))?;
        Ok(community)
    }
}
