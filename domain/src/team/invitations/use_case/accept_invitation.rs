use serde_json::json;

use crate::access::{Capability, Email, SecretHash, Standing};
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::id::{AccountId, InvitationId};
use crate::team::invitations::rules::stands_for;
use crate::team::members::note;
use crate::team::{InvitationChanged, InvitationState, InvitationsPort, LadderStep, MemberState};

/// Joins the team by an invitation, in the name of the account that accepts it.
#[derive(Clone, Debug)]
pub struct AcceptInvitation {
    /// The invitation.
    pub invitation: InvitationId,
    /// Hash of the secret that was given in.
    pub secret_hash: SecretHash,
    /// Who accepts.
    pub account: AccountId,
    /// The address of that account.
    pub email: Email,
}

/// Why nobody joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptInvitationRefusal {
    /// The secret opens no invitation, or not any more.
    NotOpen,
    /// It was sent to another address.
    OtherAddress,
    /// Whoever invited may not invite to this any more.
    NobodyStandsForIt,
    /// The account belongs to the team already, or is suspended.
    AlreadyMember,
}

impl<Tx: InvitationsPort> Command<Tx> for AcceptInvitation {
    const NAME: &'static str = "team.accept_invitation";
    const CAPABILITY: Capability = Capability::Read;
    type Out = AccountId;
    type Refusal = AcceptInvitationRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<AccountId, AcceptInvitationRefusal> {
        use AcceptInvitationRefusal as Refusal;
        let Self { invitation, secret_hash, account, email } = self;
        let invitation = tx.invitation(invitation).await?.or_refuse(Refusal::NotOpen)?;
        if !invitation.opens_to(secret_hash, tx.now()) {
            return Err(Failure::Refused(Refusal::NotOpen));
        }
        if invitation.email.as_ref().is_some_and(|invited| *invited != email) {
            return Err(Failure::Refused(Refusal::OtherAddress));
        }
        let sender: Option<Standing> = match invitation.invited_by {
            Some(sender) => tx.standing_of(sender).await?,
            None => None,
        };
        let position = invitation.position;
        if !stands_for(&invitation, sender.as_ref()) || !tx.has_scope(position.scope).await? {
            return Err(Failure::Refused(Refusal::NobodyStandsForIt));
        }
        let before = tx.member(account).await?.map(|member| member.state);
        if before.is_some_and(|state| state != MemberState::Left) {
            return Err(Failure::Refused(Refusal::AlreadyMember));
        }

        tx.accept_invitation(invitation.id, account).await?;
        let assignment = tx.assign(account, position, invitation.share).await?;
        note(tx, &LadderStep::assigned(account, assignment, position)).await?;
        let state = InvitationState::Accepted;
        tx.emit(&InvitationChanged { invitation: invitation.id, state, accepted_by: Some(account) })?;
        let detail = json!({
            "invitation": invitation.id, "invitedBy": invitation.invited_by, "assignment": position,
            "isBack": before.is_some(),
        });
        tx.audit(format!("account:{account}"), detail);
        Ok(account)
    }
}
