use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::super::{DayCount, Kind, Row, RowCode, RowError};
use crate::groups::{Name, Platform};
use crate::id::{CommunityId, GroupId, PersonId};
use crate::policy::Counting;
use crate::time::Timestamp;

/// A row with its place in what the caller sent: a line from 1, or an index from 0.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The place.
    pub position: u64,
    /// The row.
    pub row: Row,
}

/// What happens to rows of a group that does not exist.
#[derive(Clone, Debug)]
pub enum UnknownGroups {
    /// They are refused.
    Refuse,
    /// The group is created.
    Create {
        /// Its community.
        community: Option<CommunityId>,
        /// Its platform.
        platform: Platform,
        /// Its zone.
        zone: Tz,
    },
}

/// Rows that are recorded in one transaction.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The rows.
    pub rows: Arc<[Submitted]>,
    /// The group of all rows, whatever they say.
    pub group: Option<Name>,
    /// The source of all rows, whatever they say.
    pub source: Option<String>,
    /// What happens to rows of groups that do not exist.
    pub unknown_groups: UnknownGroups,
}

/// Why a batch as a whole was not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordRefusal {
    /// The batch names a group that does not exist, and may not create it.
    NoSuchGroup,
}

/// What became of a batch.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Recorded {
    /// Rows that went in.
    pub accepted: u64,
    /// Rows that were there already, word for word.
    pub duplicates: u64,
    /// Rows that were not taken, conflicts included.
    pub rejected: Vec<Rejected>,
}

impl Recorded {
    /// Rows with the id of another row and other content.
    pub fn conflicts(&self) -> usize {
        self.rejected.iter().filter(|row| row.error.code == RowCode::Conflict).count()
    }
}

/// A row that was not taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rejected {
    /// Its place in what the caller sent.
    pub position: u64,
    /// Why.
    pub error: RowError,
}

/// A group that rows of a batch belong to.
#[derive(Clone, Debug)]
pub struct GroupOfRows {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Its platform: the default source, and whose user ids the rows carry.
    pub platform: Platform,
    /// The zone of its days.
    pub zone: Tz,
    /// Which of its messages count.
    pub counting: Counting,
    /// Texts of rows before this instant are not kept (Z6).
    pub text_kept_from: Timestamp,
}

/// The identity of a row: its source, as filled in, and its id there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceKey {
    /// The source.
    pub source: String,
    /// The row's id at the source.
    pub id: String,
}

/// A person in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MemberKey {
    /// The group.
    pub group: GroupId,
    /// The person.
    pub person: PersonId,
}

/// A person in a group on a local day of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DayKey {
    /// The group.
    pub group: GroupId,
    /// The day.
    pub day: NaiveDate,
    /// The person.
    pub person: PersonId,
}

/// A display name, and when it was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonName {
    /// When.
    pub at: Timestamp,
    /// The name.
    pub name: String,
}

/// A row on its way in, with everything it refers to resolved.
#[derive(Clone, Debug)]
pub struct NewInteraction {
    /// Its identity.
    pub key: SourceKey,
    /// Its group.
    pub group: GroupId,
    /// Its person; none for events.
    pub person: Option<PersonId>,
    /// Its kind.
    pub kind: Kind,
    /// When it happened.
    pub at: Timestamp,
    /// Its local day in the group.
    pub day: NaiveDate,
    /// The hash of its content.
    pub content: [u8; 16],
    /// The text, while the policy keeps it.
    pub text: Option<String>,
    /// Length of a message, see [`length`](super::super::length).
    pub length: Option<u32>,
    /// The row that it refers to.
    pub target: Option<String>,
    /// The content item that it is about.
    pub item: Option<String>,
    /// Points of an accepted item.
    pub points: Option<u8>,
    /// Code of a role.
    pub role: Option<&'static str>,
    /// Who invited; the author of the message that was reacted to.
    pub other: Option<PersonId>,
    /// Whether an undoing row is known, of it or of its target.
    pub undone: bool,
    /// Whether the target has not arrived yet.
    pub unresolved: bool,
    /// What no rule reads, as JSON.
    pub detail: Option<String>,
}

/// A version of an event on its way in.
#[derive(Clone, Debug)]
pub struct NewEventVersion {
    /// The event's identity.
    pub key: SourceKey,
    /// Its group.
    pub group: GroupId,
    /// Since when this version holds.
    pub at: Timestamp,
    /// When the event begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Its title.
    pub title: Option<String>,
    /// Whether it is called off.
    pub cancelled: bool,
    /// The hash of the row's content.
    pub content: [u8; 16],
}

/// A stored row that a new one refers to or may undo.
#[derive(Clone, Debug)]
pub struct StoredTarget {
    /// Its identity.
    pub key: SourceKey,
    /// Its group.
    pub group: GroupId,
    /// Its person.
    pub person: Option<PersonId>,
    /// Its kind.
    pub kind: Kind,
    /// When it happened.
    pub at: Timestamp,
    /// Its local day.
    pub day: NaiveDate,
    /// The item that it is about.
    pub item: Option<String>,
    /// Whether it is undone already.
    pub undone: bool,
}

/// A stored row whose target had not arrived.
#[derive(Clone, Debug)]
pub struct StoredReference {
    /// Its identity.
    pub key: SourceKey,
    /// Its group.
    pub group: GroupId,
    /// Its kind.
    pub kind: Kind,
    /// The id that it waits for, at its source.
    pub target: String,
}

/// A stored message, as the count of its day needs it.
#[derive(Clone, Debug)]
pub struct StoredMessage {
    /// Whose, where and on which day.
    pub day: DayKey,
    /// When.
    pub at: Timestamp,
    /// Its row id.
    pub id: String,
    /// Its length.
    pub length: u32,
    /// Whether a deletion of it is known.
    pub deleted: bool,
}

/// What a member did in a group on one local day: a roll-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Messages, and which of them count.
    pub count: DayCount,
    /// The counting parameters that `count` was made under, see
    /// [`counting_key`](crate::policy::counting_key).
    pub counted_under: i32,
    /// Messages, reactions and attendances, deleted or not.
    pub presence: u32,
    /// Presence, accepted items that stand, and clicks.
    pub signs: u32,
}
