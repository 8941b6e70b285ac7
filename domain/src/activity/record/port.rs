use std::collections::HashMap;
use std::future::Future;

use super::super::{Kind, Passage, Spell};
use super::model::{
    Day, DayKey, GroupOfRows, MemberKey, NewEventVersion, NewInteraction, PersonName, SourceKey,
    StoredMessage, StoredReference, StoredTarget,
};
use crate::access::AuditPort;
use crate::fault::Fault;
use crate::groups::{Name, NewGroup, Platform};
use crate::id::{GroupId, PersonId};
use crate::time::Timestamp;

/// Kind and content of a stored row.
pub type StoredRow = (Kind, [u8; 16]);

/// Time and content of a stored version of an event.
pub type StoredVersion = (Timestamp, [u8; 16]);

/// Who is behind the rows of a batch.
pub trait RosterPort: AuditPort {
    /// The groups of these names, held against other writers until the commit,
    /// so that the days and memberships of a group have one writer at a time.
    fn hold_groups(&mut self, names: &[Name])
    -> impl Future<Output = Result<Vec<GroupOfRows>, Fault>> + Send;

    /// Adds a group that rows name for the first time.
    fn found_group(&mut self, group: NewGroup) -> impl Future<Output = Result<(), Fault>> + Send;

    /// The persons behind users of a platform; unknown users become persons.
    fn persons(
        &mut self,
        platform: Platform,
        users: Vec<String>,
    ) -> impl Future<Output = Result<HashMap<String, PersonId>, Fault>> + Send;

    /// Keeps the latest name of each person.
    fn name_persons(
        &mut self,
        names: HashMap<PersonId, PersonName>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// The raw rows and what they refer to.
pub trait RowsPort {
    /// The stored rows with these identities: kind and content of each.
    fn stored(
        &mut self,
        keys: &[&SourceKey],
    ) -> impl Future<Output = Result<HashMap<SourceKey, StoredRow>, Fault>> + Send;

    /// The stored versions of these events: time and content of each.
    fn event_versions(
        &mut self,
        keys: &[&SourceKey],
    ) -> impl Future<Output = Result<HashMap<SourceKey, Vec<StoredVersion>>, Fault>> + Send;

    /// Stored messages and strikes with these identities.
    fn targets(
        &mut self,
        keys: &[SourceKey],
    ) -> impl Future<Output = Result<Vec<StoredTarget>, Fault>> + Send;

    /// Stored acceptances and withdrawals of these items.
    fn item_rows(
        &mut self,
        items: &[(GroupId, String)],
    ) -> impl Future<Output = Result<Vec<StoredTarget>, Fault>> + Send;

    /// Stored rows that wait for one of these identities.
    fn waiting_for(
        &mut self,
        keys: &[&SourceKey],
    ) -> impl Future<Output = Result<Vec<StoredReference>, Fault>> + Send;

    /// Writes new rows and event versions.
    fn append(
        &mut self,
        rows: Vec<NewInteraction>,
        events: Vec<NewEventVersion>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Marks stored rows undone, and the reactions to those of them that are messages.
    fn undo(&mut self, rows: &[SourceKey]) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Tells stored references that their target has come: its author, and whether it is undone.
    fn resolve(
        &mut self,
        references: &[(SourceKey, Option<PersonId>, bool)],
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// What is derived from the rows, kept in the same transaction.
pub trait RollupsPort {
    /// The stored days with these keys.
    fn days(&mut self, keys: &[DayKey]) -> impl Future<Output = Result<HashMap<DayKey, Day>, Fault>> + Send;

    /// All messages of these days.
    fn messages(&mut self, keys: &[DayKey])
    -> impl Future<Output = Result<Vec<StoredMessage>, Fault>> + Send;

    /// Writes days, and moves the groups' days by the difference to what they were.
    fn save_days(&mut self, days: Vec<(DayKey, Day, Day)>) -> impl Future<Output = Result<(), Fault>> + Send;

    /// The stored spells of these members.
    fn spells(
        &mut self,
        keys: &[MemberKey],
    ) -> impl Future<Output = Result<HashMap<MemberKey, Vec<Spell>>, Fault>> + Send;

    /// All rows of these members that may begin or end a membership.
    fn passages(
        &mut self,
        keys: &[MemberKey],
    ) -> impl Future<Output = Result<HashMap<MemberKey, Vec<Passage>>, Fault>> + Send;

    /// Replaces the spells of members.
    fn save_spells(
        &mut self,
        spells: Vec<(MemberKey, Vec<Spell>)>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Moves the first presence of groups back to these instants, where they are earlier.
    fn note_presence(
        &mut self,
        first: HashMap<GroupId, Timestamp>,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// Everything that recording needs.
pub trait ActivityPort: RosterPort + RowsPort + RollupsPort {}

impl<T: RosterPort + RowsPort + RollupsPort> ActivityPort for T {}
