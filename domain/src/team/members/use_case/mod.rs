mod assign_role;
mod change_rank;
mod delegate_ownership;
mod end_assignment;
mod member_state;

pub use assign_role::{AssignRole, AssignRoleRefusal};
pub use change_rank::{ChangeRank, ChangeRankRefusal};
pub use delegate_ownership::{DelegateOwnership, DelegateOwnershipRefusal};
pub use end_assignment::{EndAssignment, EndAssignmentRefusal};
pub use member_state::{MemberStateRefusal, ReinstateMember, RemoveMember, SuspendMember};

use serde_json::{Value, json};

use super::{LadderStep, MemberChanged, MembersPort};
use crate::fault::Fault;

/// Notes a step in the history of a member, and tells of it.
pub(in crate::team) async fn note(tx: &mut impl MembersPort, step: &LadderStep) -> Result<(), Fault> {
    tx.note_step(step).await?;
    tx.emit(&MemberChanged { account: step.account, what: step.kind, assignment: step.assignment })
}

/// As [`note`], for what is all that a command does.
async fn step(tx: &mut impl MembersPort, step: LadderStep) -> Result<(), Fault> {
    note(tx, &step).await?;
    tx.audit(format!("account:{}", step.account), told(&step));
    Ok(())
}

fn told(step: &LadderStep) -> Value {
    let rank = json!({ "before": step.from, "after": step.to });
    let reason = step.reason.as_ref().map(crate::access::Reason::as_str);
    match step.assignment {
        Some(assignment) => {
            json!({ "what": step.kind, "assignment": assignment, "rank": rank, "reason": reason })
        }
        None => json!({ "what": step.kind, "reason": reason }),
    }
}
