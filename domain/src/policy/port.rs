use std::future::Future;

use super::PolicyPatch;
use crate::access::AuditPort;
use crate::fault::Fault;
use crate::id::CommunityId;
use crate::scope::Scope;

/// What a scope says today.
#[derive(Clone, Debug)]
pub struct ScopedPatch {
    /// The scope.
    pub scope: Scope,
    /// The community of a group.
    pub community: Option<CommunityId>,
    /// Its latest version, from 1.
    pub version: u32,
    /// What it says, all versions laid over each other.
    pub patch: PolicyPatch,
}

/// The reads and writes that publishing needs.
pub trait PolicyPort: AuditPort {
    /// The community of the scope where it is a group; `None` where the
    /// organization has no such scope.
    fn community_of(
        &mut self,
        scope: Scope,
    ) -> impl Future<Output = Result<Option<Option<CommunityId>>, Fault>> + Send;

    /// What every scope of the organization says today.
    fn patches(&mut self) -> impl Future<Output = Result<Vec<ScopedPatch>, Fault>> + Send;

    /// Writes a further version.
    fn publish(
        &mut self,
        scope: Scope,
        version: u32,
        patch: &PolicyPatch,
        note: Option<String>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}
