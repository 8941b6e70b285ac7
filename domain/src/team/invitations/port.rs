use std::future::Future;

use super::{Delivery, Invitation};
use crate::access::{AccountsPort, Email, Position, SecretHash};
use crate::fault::Fault;
use crate::id::{AccountId, InvitationId};
use crate::locale::Locale;
use crate::team::{MembersPort, Share};
use crate::time::Timestamp;

/// Invitations into the team.
pub trait InvitationsPort: MembersPort + AccountsPort {
    /// The invitation of this id, held until the commit.
    fn invitation(
        &mut self,
        id: InvitationId,
    ) -> impl Future<Output = Result<Option<Invitation>, Fault>> + Send;

    /// The invitation to this address that was neither accepted nor called back, held until the
    /// commit; it may be over.
    fn invitation_to(
        &mut self,
        email: &Email,
    ) -> impl Future<Output = Result<Option<Invitation>, Fault>> + Send;

    /// How many invitations are open.
    fn open_invitations(&mut self) -> impl Future<Output = Result<u64, Fault>> + Send;

    /// Adds an invitation in the name of who acts; its letter waits to be sent.
    fn add_invitation(
        &mut self,
        delivery: &Delivery,
        position: Position,
        share: Share,
        expires_at: Timestamp,
    ) -> impl Future<Output = Result<InvitationId, Fault>> + Send;

    /// Lets an invitation that is held be good until another time, under another secret: that of
    /// the link, or the one that its next letter takes along. Who acts stands for it from now on.
    fn renew_invitation(
        &mut self,
        invitation: &Invitation,
        secret_hash: Option<SecretHash>,
        expires_at: Timestamp,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Makes of a link that is held an invitation to an address; its letter waits to be sent, and its
    /// secret takes the place of that of the link once it has left.
    fn address_invitation(
        &mut self,
        id: InvitationId,
        email: &Email,
        locale: Locale,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Calls an invitation back that is held.
    fn revoke_invitation(&mut self, id: InvitationId) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Notes who accepted an invitation that is held, and makes the account an active member.
    fn accept_invitation(
        &mut self,
        id: InvitationId,
        account: AccountId,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}
