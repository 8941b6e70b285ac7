use super::{Told, make_way, tell_sent};
use crate::access::{Capability, Email, SecretHash};
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::id::InvitationId;
use crate::locale::Locale;
use crate::team::InvitationsPort;

/// Makes of a link, for who has no account yet, an invitation to an address: a letter goes there.
/// Whoever claims has no account that could act, so the system does.
#[derive(Clone, Debug)]
pub struct ClaimInvitation {
    /// The invitation.
    pub invitation: InvitationId,
    /// Hash of the secret that was given in.
    pub secret_hash: SecretHash,
    /// The address.
    pub email: Email,
    /// The language of the letter, where the address has no account that wants another.
    pub locale: Locale,
}

/// Why no letter was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimInvitationRefusal {
    /// The secret opens no invitation, or one that has an address.
    NoSuchLink,
    /// An invitation to this address is open.
    AlreadyInvited,
}

impl<Tx: InvitationsPort> Command<Tx> for ClaimInvitation {
    const NAME: &'static str = "team.claim_invitation";
    const CAPABILITY: Capability = Capability::Read;
    type Out = InvitationId;
    type Refusal = ClaimInvitationRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<InvitationId, ClaimInvitationRefusal> {
        let Self { invitation, secret_hash, email, locale } = self;
        let link = tx.invitation(invitation).await?.or_refuse(ClaimInvitationRefusal::NoSuchLink)?;
        if link.email.is_some() || !link.opens_to(secret_hash, tx.now()) {
            return Err(Failure::Refused(ClaimInvitationRefusal::NoSuchLink));
        }
        make_way(tx, &email, ClaimInvitationRefusal::AlreadyInvited).await?;

        tx.address_invitation(link.id, &email, locale).await?;
        let told = Told { email: Some(email.as_str()), position: link.position, expires_at: link.expires_at };
        tell_sent(tx, link.id, &told)?;
        Ok(link.id)
    }
}
