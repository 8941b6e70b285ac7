//! The acts that can be proposed: commands that are kept as data, and run once somebody approves.
//!
//! A command that gives something for `to_propose` stands in this list; a test asks for it.

use std::fmt::Debug;

use qun_domain::access::AuditPort;
use qun_domain::command::{Command, Failure, Outcome, Place};
use qun_domain::groups::{CreateCommunity, CreateGroup, MoveGroup, RenameCommunity};
use qun_domain::policy::PublishPolicy;
use qun_domain::team::{
    ArchiveBadge, AssignRole, AwardBadge, CancelBonus, CancelLeave, ChangeRank, CreateBadge, EndAssignment,
    GrantBonus, InviteMember, RecordBonusPayment, RecordLeave, ReinstateMember, RemoveMember, RevokeBadge,
    SetDivisionMode, SuspendMember,
};
use qun_domain::tiering::{PinTier, UnpinTier};
use serde_json::Value as Json;

use crate::db::OrgTx;

macro_rules! deeds {
    ($($command:ident),+ $(,)?) => {
        /// A command that was kept.
        pub(crate) enum Deed {
            $($command($command)),+
        }

        /// The verbs of all commands that can be proposed.
        pub const VERBS: &[&str] = &[$(<$command as Command<OrgTx>>::NAME),+];

        /// The command of a verb as it was kept; `None` for what no command of today understands.
        pub(crate) fn read(verb: &str, kept: &Json) -> Option<Deed> {
            $(if verb == <$command as Command<OrgTx>>::NAME {
                return serde_json::from_value(kept.clone()).ok().map(Deed::$command);
            })+
            None
        }

        impl Deed {
            /// Runs the command in the transaction of who approves it, who needs its capability.
            /// What its steps refuse comes as the name of the refusal.
            pub(crate) async fn run(self, tx: &mut OrgTx) -> Outcome<(), String> {
                match self {
                    $(Self::$command(command) => run(tx, command).await),+
                }
            }
        }
    };
}

deeds! {
    ArchiveBadge,
    AssignRole,
    AwardBadge,
    CancelBonus,
    CancelLeave,
    ChangeRank,
    CreateBadge,
    CreateCommunity,
    CreateGroup,
    EndAssignment,
    GrantBonus,
    InviteMember,
    MoveGroup,
    PinTier,
    PublishPolicy,
    RecordBonusPayment,
    RecordLeave,
    ReinstateMember,
    RemoveMember,
    RenameCommunity,
    RevokeBadge,
    SetDivisionMode,
    SuspendMember,
    UnpinTier,
}

async fn run<C: Command<OrgTx>>(tx: &mut OrgTx, command: C) -> Outcome<(), String>
where
    C::Refusal: Debug,
{
    tx.acts_as(C::NAME, C::CAPABILITY);
    let place = command.place();
    if let Place::At(at) = place {
        tx.admit(C::CAPABILITY, at)?;
    }
    match command.run(tx).await {
        Ok(_) => Ok(tx.was_admitted(place)?),
        Err(Failure::Refused(refusal)) => Err(Failure::Refused(name(&refusal))),
        Err(Failure::Forbidden(capability)) => Err(Failure::Forbidden(capability)),
        Err(Failure::Proposed(id)) => Err(Failure::Proposed(id)),
        Err(Failure::Fault(fault)) => Err(Failure::Fault(fault)),
    }
}

/// The name of a variant, as codes are written: `NAME_TAKEN`.
fn name(refusal: &impl Debug) -> String {
    let shown = format!("{refusal:?}");
    let variant = shown.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let mut name = String::with_capacity(variant.len() + 4);
    for (index, letter) in variant.char_indices() {
        if index > 0 && letter.is_uppercase() {
            name.push('_');
        }
        name.extend(letter.to_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use qun_domain::groups::CreateGroupRefusal;
    use qun_domain::policy::PublishPolicyRefusal;
    use qun_domain::scope::Scope;

    use super::*;

    #[test]
    fn refusals_are_named_as_codes() {
        assert_eq!(name(&CreateGroupRefusal::NoSuchCommunity), "NO_SUCH_COMMUNITY");
        let unsound = PublishPolicyRefusal::Unsound { scope: Scope::Organization, problems: Vec::new() };
        assert_eq!(name(&unsound), "UNSOUND");
    }

    #[test]
    fn what_no_command_understands_is_none() {
        assert!(read("groups.move_group", &Json::Null).is_none());
        assert!(read("groups.burn_group", &serde_json::json!({})).is_none());
    }
}
