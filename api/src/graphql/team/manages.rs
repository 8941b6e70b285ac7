use qun_domain::access::{Capability, Power};
use qun_domain::id::AccountId;
use qun_domain::scope::Scope;

use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;

impl Asked {
    /// Refuses who does not manage the team at a place, not even by proposals.
    pub(super) fn manages_team(&self, place: Scope) -> Result<(), Problem> {
        match self.scope.actor().power(Capability::ManageTeam, place) {
            Power::None => Err(Problem::Forbidden),
            Power::Proposes | Power::May => Ok(()),
        }
    }

    /// Refuses who is somebody else and does not manage the team at a place either.
    pub(super) fn is_or_manages(&self, account: AccountId, place: Scope) -> Result<(), Problem> {
        if self.is(account) { Ok(()) } else { self.manages_team(place) }
    }

    /// Refuses who does not manage training.
    pub(super) fn manages_training(&self) -> Result<(), Problem> {
        let may = self.scope.actor().may(Capability::ManageTraining);
        if may { Ok(()) } else { Err(Problem::Forbidden) }
    }

    /// Refuses who is somebody else and does not manage training either.
    pub(super) fn is_or_manages_training(&self, account: AccountId) -> Result<(), Problem> {
        if self.is(account) { Ok(()) } else { self.manages_training() }
    }

    fn is(&self, account: AccountId) -> bool {
        self.scope.actor().account_id() == Some(account)
    }
}
