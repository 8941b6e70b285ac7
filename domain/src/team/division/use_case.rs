use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{DivisionMode, DivisionModeSet, DivisionPort};
use crate::access::Capability;
use crate::command::{Command, OrRefuse, Outcome, Place, kept};
use crate::id::GroupId;
use crate::scope::Scope;

/// Says how the work in a group is divided among staff, or says it no longer (M7 to M9).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SetDivisionMode {
    /// The group.
    pub group: GroupId,
    /// How, from now on.
    pub mode: Option<DivisionMode>,
}

/// Why it was not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetDivisionModeRefusal {
    /// There is no such group.
    NoSuchGroup,
}

impl<Tx: DivisionPort> Command<Tx> for SetDivisionMode {
    const NAME: &'static str = "team.set_division_mode";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = GroupId;
    type Refusal = SetDivisionModeRefusal;

    fn place(&self) -> Place {
        Place::At(Scope::Group(self.group))
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<GroupId, SetDivisionModeRefusal> {
        let Self { group, mode } = self;
        tx.group(group).await?.or_refuse(SetDivisionModeRefusal::NoSuchGroup)?;
        let before = tx.division_mode(group).await?;
        if before == mode {
            return Ok(group);
        }

        tx.note_division_mode(group, mode).await?;
        tx.audit(format!("group:{group}"), json!({ "divisionMode": { "before": before, "after": mode } }));
        tx.emit(&DivisionModeSet { group, mode })?;
        Ok(group)
    }
}
