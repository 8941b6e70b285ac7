//! Who may invite to what.

use super::Invitation;
use crate::access::{Capability, Power, Standing};
use crate::team::members::decides_about;

/// Whether who invited may still do so by what he is by now (`None`: no member, or suspended).
pub(super) fn stands_for(invitation: &Invitation, standing: Option<&Standing>) -> bool {
    if invitation.invited_by.is_none() {
        return true;
    }
    let at = invitation.position.scope;
    standing.is_some_and(|standing| {
        standing.power(Capability::ManageTeam, at) == Power::May
            && decides_about(standing.level(at), invitation.position)
    })
}
