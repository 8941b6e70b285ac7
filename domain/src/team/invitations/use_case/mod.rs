mod accept_invitation;
mod claim_invitation;
mod invite_member;
mod renew_invitation;
mod revoke_invitation;

pub use accept_invitation::{AcceptInvitation, AcceptInvitationRefusal};
pub use claim_invitation::{ClaimInvitation, ClaimInvitationRefusal};
pub use invite_member::{InviteMember, InviteMemberRefusal};
pub use renew_invitation::{RenewInvitation, RenewInvitationRefusal};
pub use revoke_invitation::{RevokeInvitation, RevokeInvitationRefusal};

use serde_json::json;

use super::{Invitation, InvitationChanged, InvitationState, InvitationsPort};
use crate::access::{Capability, Email};
use crate::command::{Failure, OrRefuse, Outcome};
use crate::fault::Fault;
use crate::id::InvitationId;
use crate::team::members::decides_about;

/// Tells of an invitation that was sent.
fn tell_sent(tx: &mut impl InvitationsPort, id: InvitationId, invitation: &Told<'_>) -> Result<(), Fault> {
    tx.audit(
        format!("invitation:{id}"),
        json!({
            "email": invitation.email, "assignment": invitation.position, "expiresAt": invitation.expires_at,
        }),
    );
    tx.emit(&InvitationChanged { invitation: id, state: InvitationState::Open, accepted_by: None })
}

/// What the audit log tells of an invitation.
struct Told<'a> {
    email: Option<&'a str>,
    position: crate::access::Position,
    expires_at: crate::time::Timestamp,
}

/// An invitation that is neither accepted nor called back, for who may invite to its position.
async fn to_change<R>(
    tx: &mut impl InvitationsPort,
    id: InvitationId,
    [missing, settled, above]: [R; 3],
) -> Outcome<Invitation, R> {
    let invitation = tx.invitation(id).await?.or_refuse(missing)?;
    let position = invitation.position;
    tx.admit(Capability::ManageTeam, position.scope)?;
    match invitation.state(tx.now()) {
        InvitationState::Accepted | InvitationState::Revoked => return Err(Failure::Refused(settled)),
        InvitationState::Open | InvitationState::Expired => {}
    }
    if !decides_about(tx.level(position.scope), position) {
        return Err(Failure::Refused(above));
    }
    Ok(invitation)
}

/// One invitation to an address is open at a time; one that is over makes way.
async fn make_way<R>(tx: &mut impl InvitationsPort, email: &Email, taken: R) -> Outcome<(), R> {
    let Some(before) = tx.invitation_to(email).await? else { return Ok(()) };
    if before.state(tx.now()) == InvitationState::Open {
        return Err(Failure::Refused(taken));
    }
    tx.revoke_invitation(before.id).await?;
    Ok(())
}
