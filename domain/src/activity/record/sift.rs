//! Which rows of a batch are new.

use std::collections::HashMap;

use super::super::{Kind, RowCode, RowError};
use super::model::{Recorded, Rejected, SourceKey};
use crate::time::Timestamp;

/// A row with its identity and content.
pub(super) struct Identified<'a> {
    pub(super) position: u64,
    pub(super) key: SourceKey,
    pub(super) kind: Kind,
    pub(super) at: Timestamp,
    pub(super) content: [u8; 16],
    pub(super) row: &'a super::super::Row,
    /// Index of the group in the batch.
    pub(super) group: usize,
}

/// What is known of an identity: the first row to arrive stays.
#[derive(Default)]
struct Known {
    /// Kind and content of the row, or of the first version of the event.
    first: Option<(Kind, [u8; 16])>,
    /// Versions of an event.
    versions: Vec<(Timestamp, [u8; 16])>,
}

/// The rows to write, and those of them that open their identity.
#[derive(Default)]
pub(super) struct Sifted<'a> {
    /// New rows, events included.
    pub(super) fresh: Vec<Identified<'a>>,
    /// Whether the row at this index of `fresh` is the first with its identity.
    pub(super) opens: Vec<bool>,
}

/// Parts new rows from duplicates and conflicts (NDJSON.md, `id`, and the exception of events).
pub(super) fn sift<'a>(
    rows: Vec<Identified<'a>>,
    stored: &HashMap<SourceKey, (Kind, [u8; 16])>,
    stored_versions: &HashMap<SourceKey, Vec<(Timestamp, [u8; 16])>>,
    recorded: &mut Recorded,
) -> Sifted<'a> {
    let mut known: HashMap<SourceKey, Known> = HashMap::with_capacity(rows.len());
    let mut sifted = Sifted::default();
    for row in rows {
        let entry = known.entry(row.key.clone()).or_insert_with(|| Known {
            first: stored.get(&row.key).copied(),
            versions: stored_versions.get(&row.key).cloned().unwrap_or_default(),
        });
        let held = match entry.first {
            None => None,
            Some((Kind::Event, _)) if row.kind == Kind::Event => {
                entry.versions.iter().find(|(at, _)| *at == row.at).map(|(_, content)| *content)
            }
            Some((_, content)) => Some(content),
        };
        match held {
            Some(content) if content == row.content => recorded.duplicates += 1,
            Some(_) => recorded.rejected.push(Rejected {
                position: row.position,
                error: RowError::of_row(RowCode::Conflict, None, &row.key.id),
            }),
            None => {
                sifted.opens.push(entry.first.is_none());
                entry.first.get_or_insert((row.kind, row.content));
                if row.kind == Kind::Event {
                    entry.versions.push((row.at, row.content));
                }
                recorded.accepted += 1;
                sifted.fresh.push(row);
            }
        }
    }
    sifted
}
