use serde_json::json;

use super::to_change;
use crate::access::Capability;
use crate::command::{Command, Outcome, Place};
use crate::id::InvitationId;
use crate::team::{InvitationChanged, InvitationState, InvitationsPort};

/// Calls an invitation back.
#[derive(Clone, Copy, Debug)]
pub struct RevokeInvitation {
    /// The invitation.
    pub invitation: InvitationId,
}

/// Why an invitation was not called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeInvitationRefusal {
    /// There is no such invitation.
    NoSuchInvitation,
    /// It was accepted or called back.
    Settled,
    /// Only an owner invites owners.
    AboveYou,
}

impl<Tx: InvitationsPort> Command<Tx> for RevokeInvitation {
    const NAME: &'static str = "team.revoke_invitation";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = InvitationId;
    type Refusal = RevokeInvitationRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    async fn run(self, tx: &mut Tx) -> Outcome<InvitationId, RevokeInvitationRefusal> {
        use RevokeInvitationRefusal as Refusal;
        let whys = [Refusal::NoSuchInvitation, Refusal::Settled, Refusal::AboveYou];
        let invitation = to_change(tx, self.invitation, whys).await?;
        tx.revoke_invitation(invitation.id).await?;
        let state = InvitationState::Revoked;
        tx.audit(format!("invitation:{}", invitation.id), json!({ "state": state }));
        tx.emit(&InvitationChanged { invitation: invitation.id, state, accepted_by: None })?;
        Ok(invitation.id)
    }
}
