use super::{Told, tell_sent, to_change};
use crate::access::{Capability, Email, SecretHash};
use crate::command::{Command, Outcome, Place};
use crate::id::InvitationId;
use crate::team::{GoodFor, InvitationsPort, Sent};

/// Sends an invitation again, under another secret: the one before is good no more.
#[derive(Clone, Copy, Debug)]
pub struct RenewInvitation {
    /// The invitation.
    pub invitation: InvitationId,
    /// Hash of the secret that opens it from now on, should it be a link.
    pub secret_hash: SecretHash,
    /// For how long it can be accepted.
    pub good_for: GoodFor,
}

/// Why an invitation was not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewInvitationRefusal {
    /// There is no such invitation.
    NoSuchInvitation,
    /// It was accepted or called back.
    Settled,
    /// Only an owner invites owners.
    AboveYou,
}

impl<Tx: InvitationsPort> Command<Tx> for RenewInvitation {
    const NAME: &'static str = "team.renew_invitation";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = Sent;
    type Refusal = RenewInvitationRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Sent, RenewInvitationRefusal> {
        use RenewInvitationRefusal as Refusal;
        let Self { invitation, secret_hash, good_for } = self;
        let whys = [Refusal::NoSuchInvitation, Refusal::Settled, Refusal::AboveYou];
        let invitation = to_change(tx, invitation, whys).await?;

        let expires_at = good_for.end(tx.now());
        let secret_hash = invitation.email.is_none().then_some(secret_hash);
        tx.renew_invitation(&invitation, secret_hash, expires_at).await?;
        let email = invitation.email.as_ref().map(Email::as_str);
        tell_sent(tx, invitation.id, &Told { email, position: invitation.position, expires_at })?;
        Ok(Sent { id: invitation.id, secret_hash })
    }
}
