use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::rules::decides_about_member;
use super::super::{LadderStep, Member, MemberState, MembersPort, StepKind};
use super::step;
use crate::access::{Capability, Reason};
use crate::command::{Command, Failure, OrRefuse, Outcome, kept};
use crate::id::AccountId;
use crate::scope::Scope;
use crate::tasks::{TasksPort, pass_on_tasks_of};

/// Takes all power from a member, at once, until it is reinstated (M21). Its open tasks go to
/// their backup, else up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SuspendMember {
    /// The member.
    pub account: AccountId,
    /// Why.
    pub reason: Reason,
}

/// Gives a suspended member its power back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReinstateMember {
    /// The member.
    pub account: AccountId,
    /// Why.
    pub reason: Reason,
}

/// Lets a member leave the organization: its assignments and sessions end, its open tasks go to
/// their backup, else up, its history stays (M21).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveMember {
    /// The member.
    pub account: AccountId,
    /// Why.
    pub reason: Reason,
}

/// Why a member stays what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberStateRefusal {
    /// There is no such member, or it has left.
    NoSuchMember,
    /// Nobody decides about himself.
    OwnCase,
    /// Only an owner decides about owners.
    AboveYou,
    /// Nobody else owns the organization.
    LastOwner,
    /// It is suspended, or is not, as it is asked for.
    NothingChanges,
}

macro_rules! changes_state {
    ($command:ident, $name:literal, $state:ident, $kind:ident) => {
        impl<Tx: MembersPort + TasksPort> Command<Tx> for $command {
            const NAME: &'static str = $name;
            const CAPABILITY: Capability = Capability::ManageTeam;
            type Out = AccountId;
            type Refusal = MemberStateRefusal;

            fn to_propose(&self) -> Option<Value> {
                kept(self)
            }

            async fn run(self, tx: &mut Tx) -> Outcome<AccountId, MemberStateRefusal> {
                change(tx, self.account, MemberState::$state, StepKind::$kind, self.reason).await
            }
        }
    };
}

changes_state!(SuspendMember, "team.suspend_member", Suspended, Suspended);
changes_state!(ReinstateMember, "team.reinstate_member", Active, Reinstated);
changes_state!(RemoveMember, "team.remove_member", Left, Left);

async fn change(
    tx: &mut (impl MembersPort + TasksPort),
    account: AccountId,
    to: MemberState,
    kind: StepKind,
    reason: Reason,
) -> Outcome<AccountId, MemberStateRefusal> {
    if tx.acting() == Some(account) {
        return Err(Failure::Refused(MemberStateRefusal::OwnCase));
    }
    let member = tx.member(account).await?.or_refuse(MemberStateRefusal::NoSuchMember)?;
    decided(&member, to).map_err(Failure::Refused)?;
    if !decides_about_member(tx.level(Scope::Organization), &member) {
        return Err(Failure::Refused(MemberStateRefusal::AboveYou));
    }
    let loses_power = to != MemberState::Active;
    if loses_power && member.standing.owns_organization() && !tx.has_other_owner(account).await? {
        return Err(Failure::Refused(MemberStateRefusal::LastOwner));
    }

    if to == MemberState::Left {
        tx.end_assignments(account, None).await?;
    }
    tx.set_state(account, to).await?;
    let passed_on = if loses_power {
        let note = reason.as_str().parse().ok();
        pass_on_tasks_of(tx, account, note.as_ref()).await?
    } else {
        0
    };
    let told = json!({ "what": kind, "reason": reason, "tasksPassedOn": passed_on });
    step(tx, LadderStep::of_member(account, kind, Some(reason))).await?;
    tx.audit(format!("account:{account}"), told);
    Ok(account)
}

fn decided(member: &Member, to: MemberState) -> Result<(), MemberStateRefusal> {
    match (member.state, to) {
        (MemberState::Left, _) => Err(MemberStateRefusal::NoSuchMember),
        (before, after) if before == after => Err(MemberStateRefusal::NothingChanges),
        _ => Ok(()),
    }
}
