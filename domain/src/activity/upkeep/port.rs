use std::collections::HashMap;
use std::future::Future;

use chrono::NaiveDate;

use super::super::record::{Day, DayKey, GroupOfRows, RollupsPort};
use crate::access::AuditPort;
use crate::fault::Fault;
use crate::id::{GroupId, PersonId};

/// What the rows of one member, group and day come to, beside their messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawDay {
    /// Whose, where and when.
    pub key: DayKey,
    /// Messages, reactions and attendances.
    pub presence: u32,
    /// Presence, accepted items that stand, and clicks.
    pub signs: u32,
}

/// The reads and writes that upkeep needs.
pub trait UpkeepPort: RollupsPort + AuditPort {
    /// The group, held against other writers until the commit.
    fn hold_group(
        &mut self,
        group: GroupId,
    ) -> impl Future<Output = Result<Option<GroupOfRows>, Fault>> + Send;

    /// Everybody who has a row in the group, in order of person.
    fn everyone(&mut self, group: GroupId) -> impl Future<Output = Result<Vec<PersonId>, Fault>> + Send;

    /// All stored days of the group.
    fn all_days(
        &mut self,
        group: GroupId,
    ) -> impl Future<Output = Result<HashMap<DayKey, Day>, Fault>> + Send;

    /// The days of these persons, out of the rows alone.
    fn raw_days(
        &mut self,
        group: GroupId,
        persons: &[PersonId],
    ) -> impl Future<Output = Result<Vec<RawDay>, Fault>> + Send;

    /// Makes the group's days anew out of those of its members.
    fn rebuild_group_days(&mut self, group: GroupId) -> impl Future<Output = Result<(), Fault>> + Send;

    /// The first day before `until` whose texts are still kept.
    fn first_kept_day(
        &mut self,
        group: GroupId,
        until: NaiveDate,
    ) -> impl Future<Output = Result<Option<NaiveDate>, Fault>> + Send;

    /// Forgets the texts of one day, and remembers that; the number of them.
    fn forget_day(
        &mut self,
        group: GroupId,
        day: NaiveDate,
    ) -> impl Future<Output = Result<u64, Fault>> + Send;
}
