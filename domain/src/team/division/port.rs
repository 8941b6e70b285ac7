use std::future::Future;

use super::DivisionMode;
use crate::fault::Fault;
use crate::groups::GroupsPort;
use crate::id::GroupId;

/// How the work in groups is divided.
pub trait DivisionPort: GroupsPort {
    /// How that in a group is divided which is held.
    fn division_mode(
        &mut self,
        group: GroupId,
    ) -> impl Future<Output = Result<Option<DivisionMode>, Fault>> + Send;

    /// Notes how it is divided from now on.
    fn note_division_mode(
        &mut self,
        group: GroupId,
        mode: Option<DivisionMode>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}
