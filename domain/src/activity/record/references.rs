//! What rows refer to, whichever of the two arrived first.

use std::collections::{HashMap, HashSet};

use super::super::Kind;
use super::model::{NewInteraction, SourceKey, StoredReference, StoredTarget};
use super::port::RowsPort;
use crate::fault::Fault;
use crate::id::{GroupId, PersonId};
use crate::time::Timestamp;

/// Stored rows that the new ones refer to, undo or are awaited by.
pub(super) struct Stored {
    targets: HashMap<SourceKey, StoredTarget>,
    items: Vec<StoredTarget>,
    waiting: Vec<StoredReference>,
}

/// What the new rows do to stored ones.
#[derive(Default)]
pub(super) struct Effects {
    /// Stored rows that are undone from now on.
    pub(super) undone: Vec<StoredTarget>,
    /// Stored references whose target came: its author, and whether it is undone.
    pub(super) resolved: Vec<(SourceKey, Option<PersonId>, bool)>,
}

/// The kind of row that a reference of this kind means.
fn meant_by(kind: Kind) -> Option<Kind> {
    match kind {
        Kind::MessageDeleted | Kind::Reaction => Some(Kind::Message),
        Kind::ViolationVoided => Some(Kind::Violation),
        _ => None,
    }
}

fn is_target(kind: Kind) -> bool {
    matches!(kind, Kind::Message | Kind::Violation)
}

impl Stored {
    pub(super) async fn load(tx: &mut impl RowsPort, rows: &[NewInteraction]) -> Result<Self, Fault> {
        let own: HashSet<&SourceKey> = rows.iter().map(|row| &row.key).collect();
        let wanted: HashSet<SourceKey> =
            rows.iter().filter_map(target_key).filter(|key| !own.contains(key)).collect();
        let mut wanted: Vec<SourceKey> = wanted.into_iter().collect();
        wanted.sort_unstable();
        let targets = tx.targets(&wanted).await?;

        let items: HashSet<(GroupId, String)> =
            rows.iter().filter_map(|row| Some((row.group, row.item.clone()?))).collect();
        let mut items: Vec<_> = items.into_iter().collect();
        items.sort_unstable();
        let items = tx.item_rows(&items).await?;

        let awaited: Vec<&SourceKey> =
            rows.iter().filter(|row| is_target(row.kind)).map(|row| &row.key).collect();
        let waiting = tx.waiting_for(&awaited).await?;
        let targets = targets.into_iter().map(|target| (target.key.clone(), target)).collect();
        Ok(Self { targets, items, waiting })
    }

    /// Fills in author, `undone` and `unresolved` of the new rows, and says what
    /// changes in stored ones.
    pub(super) fn settle(self, rows: &mut [NewInteraction]) -> Effects {
        let mut effects = Effects::default();
        let undone = self.undone_targets(rows, &mut effects);
        for row in rows.iter_mut().filter(|row| is_target(row.kind)) {
            row.undone = undone.contains(&row.key);
        }
        self.resolve_new(rows, &undone);
        self.resolve_waiting(rows, &undone, &mut effects);
        settle_items(&self.items, rows, &mut effects);
        effects
    }

    /// Messages and strikes, new and stored, that a deletion or voiding means.
    fn undone_targets(&self, rows: &[NewInteraction], effects: &mut Effects) -> HashSet<SourceKey> {
        let own: HashMap<&SourceKey, &NewInteraction> = rows.iter().map(|row| (&row.key, row)).collect();
        let mut undone = HashSet::new();
        for row in rows.iter().filter(|row| row.kind != Kind::Reaction) {
            let (Some(kind), Some(key)) = (meant_by(row.kind), target_key(row)) else { continue };
            if let Some(target) = own.get(&key) {
                if target.group == row.group && target.kind == kind {
                    undone.insert(key);
                }
            } else if let Some(target) = self.targets.get(&key)
                && target.group == row.group
                && target.kind == kind
            {
                if !target.undone && !undone.contains(&key) {
                    effects.undone.push(target.clone());
                }
                undone.insert(key);
            }
        }
        for waiting in self.waiting.iter().filter(|waiting| waiting.kind != Kind::Reaction) {
            let key = SourceKey { source: waiting.key.source.clone(), id: waiting.target.clone() };
            if own
                .get(&key)
                .is_some_and(|row| row.group == waiting.group && Some(row.kind) == meant_by(waiting.kind))
            {
                undone.insert(key);
            }
        }
        undone
    }

    fn resolve_new(&self, rows: &mut [NewInteraction], undone: &HashSet<SourceKey>) {
        let own: HashMap<SourceKey, (GroupId, Kind, Option<PersonId>)> = rows
            .iter()
            .filter(|row| is_target(row.kind))
            .map(|row| (row.key.clone(), (row.group, row.kind, row.person)))
            .collect();
        for row in rows.iter_mut() {
            let (Some(kind), Some(key)) = (meant_by(row.kind), target_key(row)) else { continue };
            let stored = self.targets.get(&key);
            let target =
                own.get(&key).copied().or(stored.map(|target| (target.group, target.kind, target.person)));
            row.unresolved = target.is_none();
            if row.kind == Kind::Reaction
                && let Some((group, target_kind, author)) = target
                && group == row.group
                && target_kind == kind
            {
                row.other = author;
                row.undone = undone.contains(&key) || stored.is_some_and(|target| target.undone);
            }
        }
    }

    fn resolve_waiting(&self, rows: &[NewInteraction], undone: &HashSet<SourceKey>, effects: &mut Effects) {
        let own: HashMap<&SourceKey, &NewInteraction> = rows.iter().map(|row| (&row.key, row)).collect();
        for waiting in &self.waiting {
            let key = SourceKey { source: waiting.key.source.clone(), id: waiting.target.clone() };
            let Some(target) = own.get(&key) else { continue };
            let is_meant = target.group == waiting.group && Some(target.kind) == meant_by(waiting.kind);
            let is_reaction = waiting.kind == Kind::Reaction && is_meant;
            let author = if is_reaction { target.person } else { None };
            effects.resolved.push((waiting.key.clone(), author, is_reaction && undone.contains(&key)));
        }
    }
}

/// An acceptance is undone by any withdrawal of its item with a later time (TIERING.md, section 4).
fn settle_items(stored: &[StoredTarget], rows: &mut [NewInteraction], effects: &mut Effects) {
    let mut withdrawn: HashMap<(GroupId, &str), Timestamp> = HashMap::new();
    let new = rows.iter().map(|row| (row.group, row.kind, row.item.as_deref(), row.at));
    let old = stored.iter().map(|row| (row.group, row.kind, row.item.as_deref(), row.at));
    for (group, kind, item, at) in new.chain(old) {
        if let (Kind::ContributionWithdrawn, Some(item)) = (kind, item) {
            let latest = withdrawn.entry((group, item)).or_insert(at);
            *latest = at.max(*latest);
        }
    }
    let is_withdrawn = |group: GroupId, item: Option<&str>, at: Timestamp| {
        item.and_then(|item| withdrawn.get(&(group, item))).is_some_and(|latest| *latest > at)
    };
    for row in stored.iter().filter(|row| row.kind == Kind::ContributionAccepted && !row.undone) {
        if is_withdrawn(row.group, row.item.as_deref(), row.at) {
            effects.undone.push(row.clone());
        }
    }
    let undone: Vec<bool> = rows
        .iter()
        .map(|row| {
            row.kind == Kind::ContributionAccepted && is_withdrawn(row.group, row.item.as_deref(), row.at)
        })
        .collect();
    for (row, undone) in rows.iter_mut().zip(undone) {
        row.undone |= undone;
    }
}

fn target_key(row: &NewInteraction) -> Option<SourceKey> {
    meant_by(row.kind)?;
    Some(SourceKey { source: row.key.source.clone(), id: row.target.clone()? })
}
