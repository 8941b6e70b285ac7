use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Told, make_way, tell_sent};
use crate::access::{Capability, Position};
use crate::command::{Command, Failure, Outcome, Place, kept};
use crate::team::members::decides_about;
use crate::team::{Delivery, GoodFor, Invitation, InvitationsPort, Sent, Share};

/// Invites somebody into the team, for a role with a rank at a scope (M16, T8c).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InviteMember {
    /// How the invitation reaches its person.
    pub delivery: Delivery,
    /// What that person is to be.
    pub position: Position,
    /// How much of a working time that takes (M6).
    pub share: Share,
    /// For how long it can be accepted.
    pub good_for: GoodFor,
}

/// Why nobody was invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteMemberRefusal {
    /// Owners have no rank, all others have one.
    RankUnfit,
    /// Only an owner invites owners.
    AboveYou,
    /// There is no such group or community.
    NoSuchScope,
    /// An invitation to this address is open.
    AlreadyInvited,
    /// [`Invitation::MOST_OPEN`] are open.
    TooMany,
}

impl<Tx: InvitationsPort> Command<Tx> for InviteMember {
    const NAME: &'static str = "team.invite_member";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = Sent;
    type Refusal = InviteMemberRefusal;

    fn place(&self) -> Place {
        Place::At(self.position.scope)
    }

    /// A link is handed on by who is given its secret, at once: nobody can approve it later.
    fn to_propose(&self) -> Option<Value> {
        matches!(self.delivery, Delivery::Letter { .. }).then(|| kept(self)).flatten()
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Sent, InviteMemberRefusal> {
        let Self { delivery, position, share, good_for } = self;
        if !position.is_sound() {
            return Err(Failure::Refused(InviteMemberRefusal::RankUnfit));
        }
        if !decides_about(tx.level(position.scope), position) {
            return Err(Failure::Refused(InviteMemberRefusal::AboveYou));
        }
        if !tx.has_scope(position.scope).await? {
            return Err(Failure::Refused(InviteMemberRefusal::NoSuchScope));
        }
        if let Delivery::Letter { email, .. } = &delivery {
            make_way(tx, email, InviteMemberRefusal::AlreadyInvited).await?;
        }
        if tx.open_invitations().await? >= Invitation::MOST_OPEN {
            return Err(Failure::Refused(InviteMemberRefusal::TooMany));
        }

        let expires_at = good_for.end(tx.now());
        let id = tx.add_invitation(&delivery, position, share, expires_at).await?;
        let (email, secret_hash) = match &delivery {
            Delivery::Letter { email, .. } => (Some(email.as_str()), None),
            Delivery::Link { secret_hash, .. } => (None, Some(*secret_hash)),
        };
        tell_sent(tx, id, &Told { email, position, expires_at })?;
        Ok(Sent { id, secret_hash })
    }
}
