use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::Key;
use super::{Badge, BadgeChanged, BadgeDescription, BadgeName, BadgesPort};
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, kept};
use crate::fault::Fault;
use crate::id::BadgeId;

/// Makes a badge (M22). The same once more is the one that is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateBadge {
    /// What it is called.
    pub name: BadgeName,
    /// What it is for.
    pub description: BadgeDescription,
    /// Which picture a front end shows for it.
    pub icon: Key,
}

/// Why no badge was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateBadgeRefusal {
    /// Another badge that goes on has this name.
    NameTaken,
}

impl<Tx: BadgesPort> Command<Tx> for CreateBadge {
    const NAME: &'static str = "team.create_badge";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = BadgeId;
    type Refusal = CreateBadgeRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<BadgeId, CreateBadgeRefusal> {
        match tx.badge_named(self.name.as_str()).await? {
            None => {}
            Some(same) if self.is(&same) => return Ok(same.id),
            Some(_) => return Err(Failure::Refused(CreateBadgeRefusal::NameTaken)),
        }

        let badge = tx.add_badge(&self).await?;
        tell(tx, &badge)?;
        Ok(badge.id)
    }
}

impl CreateBadge {
    fn is(&self, badge: &Badge) -> bool {
        badge.description == self.description.as_str() && badge.icon == self.icon.as_str()
    }
}

/// Ends a badge: it is awarded no more. Who has it keeps it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ArchiveBadge {
    /// The badge.
    pub badge: BadgeId,
}

/// Why a badge goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveBadgeRefusal {
    /// There is no such badge.
    NoSuchBadge,
}

impl<Tx: BadgesPort> Command<Tx> for ArchiveBadge {
    const NAME: &'static str = "team.archive_badge";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = BadgeId;
    type Refusal = ArchiveBadgeRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<BadgeId, ArchiveBadgeRefusal> {
        let badge = tx.badge(self.badge).await?.or_refuse(ArchiveBadgeRefusal::NoSuchBadge)?;
        if badge.archived_at.is_some() {
            return Ok(badge.id);
        }
        let badge = tx.archive_badge(badge).await?;
        tell(tx, &badge)?;
        Ok(badge.id)
    }
}

fn tell(tx: &mut impl BadgesPort, badge: &Badge) -> Result<(), Fault> {
    let detail = json!({
        "name": badge.name, "description": badge.description, "icon": badge.icon,
        "isArchived": badge.archived_at.is_some(),
    });
    tx.audit(format!("badge:{}", badge.id), detail);
    tx.emit(&BadgeChanged::from(badge))
}
