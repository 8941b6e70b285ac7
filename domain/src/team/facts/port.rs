use std::collections::{HashMap, HashSet};
use std::future::Future;

use super::{FactKey, StaffFact};
use crate::access::AuditPort;
use crate::fault::Fault;
use crate::id::AccountId;
use crate::scope::Scope;

/// Facts about staff.
pub trait StaffFactsPort: AuditPort {
    /// Those of the accounts that are, or were, members.
    fn known_members(
        &mut self,
        accounts: &HashSet<AccountId>,
    ) -> impl Future<Output = Result<HashSet<AccountId>, Fault>> + Send;

    /// Those of the scopes that the organization has.
    fn known_scopes(
        &mut self,
        scopes: &HashSet<Scope>,
    ) -> impl Future<Output = Result<HashSet<Scope>, Fault>> + Send;

    /// The facts that are there under these keys, held until the commit.
    fn stored_facts(
        &mut self,
        keys: &[FactKey],
    ) -> impl Future<Output = Result<HashMap<FactKey, StaffFact>, Fault>> + Send;

    /// Writes facts: those that are new, and those that take the place of what is held.
    fn write_facts(
        &mut self,
        new: &[StaffFact],
        corrected: &[StaffFact],
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}
