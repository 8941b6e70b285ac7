//! The memberships of members: read again where a row may begin or end one.

use std::collections::{BTreeMap, HashMap};

use chrono_tz::Tz;

use super::super::{Kind, Passage, PassageKind, changes_nothing, spells};
use super::event::MembershipsChanged;
use super::model::{GroupOfRows, MemberKey, NewInteraction};
use super::port::RollupsPort;
use crate::access::AuditPort;
use crate::fault::Fault;
use crate::id::GroupId;

/// Brings the spells of everybody whom new rows may have brought or taken up to date, and tells
/// whose are others now.
pub(super) async fn settle(
    tx: &mut (impl RollupsPort + AuditPort),
    groups: &[GroupOfRows],
    rows: &[NewInteraction],
) -> Result<(), Fault> {
    let mut moved: BTreeMap<MemberKey, Vec<Passage>> = BTreeMap::new();
    for row in rows {
        let (Some(person), Some(what)) = (row.person, passage_kind(row)) else { continue };
        moved.entry(MemberKey { group: row.group, person }).or_default().push(Passage {
            ts: row.at,
            id: row.key.id.clone(),
            source: row.key.source.clone(),
            what,
        });
    }
    let keys: Vec<MemberKey> = moved.keys().copied().collect();
    let stored = tx.spells(&keys).await?;
    let changed: Vec<MemberKey> = moved
        .into_iter()
        .filter(|(key, passages)| {
            let known = stored.get(key).map_or(&[][..], Vec::as_slice);
            passages.iter().any(|passage| !changes_nothing(known, passage))
        })
        .map(|(key, _)| key)
        .collect();

    let zones: HashMap<GroupId, Tz> = groups.iter().map(|group| (group.id, group.zone)).collect();
    let passages = tx.passages(&changed).await?;
    let fresh: Vec<_> = passages
        .into_iter()
        .filter_map(|(key, passages)| Some((key, spells(passages, *zones.get(&key.group)?))))
        .filter(|(key, spells)| stored.get(key) != Some(spells))
        .collect();
    let before = |key: &MemberKey| stored.get(key).map_or(&[][..], Vec::as_slice);
    MembershipsChanged::tell(tx, fresh.iter().map(|(key, after)| (*key, before(key), after.as_slice())))?;
    tx.save_spells(fresh).await
}

fn passage_kind(row: &NewInteraction) -> Option<PassageKind> {
    match row.kind {
        kind if kind.is_presence() => Some(PassageKind::Presence),
        Kind::Join => Some(PassageKind::Join { invited_by: row.other }),
        Kind::Leave => Some(PassageKind::Leave),
        Kind::Remove => Some(PassageKind::Remove),
        _ => None,
    }
}
