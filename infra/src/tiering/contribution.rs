//! Items, reactions, events, invitations and strikes of a group in their windows
//! (TIERING.md, section 4).

use std::collections::{HashMap, HashSet};

use qun_domain::fault::Fault;
use qun_domain::id::{GroupId, PersonId};
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;

use super::window::Window;
use crate::activity::count;
use crate::db::{TenantSql, column, timestamp};

type Place = (Timestamp, String, String);

/// Points of accepted items: of several acceptances of one item of one member the latest counts.
pub(super) async fn points(
    sql: &impl TenantSql,
    group: GroupId,
    window: Window,
) -> Result<HashMap<PersonId, u32>, Fault> {
    let mut latest: HashMap<(PersonId, String), (Place, u32)> = HashMap::new();
    sql.each(
        "SELECT person_id, item, points, at, source_id, source FROM interaction
         WHERE org_id = $1 AND group_id = $2 AND kind <> 'message' AND kind = 'contribution_accepted' AND at >= $3 AND at < $4
           AND NOT undone",
        vec![group.0.into(), window.from.millis().into(), window.to.millis().into()],
        |row| {
            let person: Uuid = column(row, 0)?;
            let item: String = column(row, 1)?;
            let accepted: (Place, u32) = ((timestamp(row, 3)?, column(row, 4)?, column(row, 5)?), count(row, 2)?);
            let held = latest.entry((person.into(), item)).or_insert_with(|| accepted.clone());
            if accepted.0 > held.0 {
                *held = accepted;
            }
            Ok(())
        },
    )
    .await?;
    let mut points: HashMap<PersonId, u32> = HashMap::new();
    for ((person, _), (_, item_points)) in latest {
        *points.entry(person).or_default() += item_points;
    }
    Ok(points)
}

/// How many distinct others reacted to a member's messages.
pub(super) async fn reactors(
    sql: &impl TenantSql,
    group: GroupId,
    window: Window,
    excluded: &HashSet<PersonId>,
) -> Result<HashMap<PersonId, u32>, Fault> {
    let dialect = sql.dialect();
    let mut reactors = HashMap::new();
    let mut sorted: Vec<PersonId> = excluded.iter().copied().collect();
    sorted.sort_unstable();
    sql.each(
        &format!(
            "SELECT other_id, CAST(COUNT(DISTINCT person_id) AS INTEGER) FROM interaction
             WHERE org_id = $1 AND group_id = $2 AND kind <> 'message' AND kind = 'reaction'
               AND at >= $3 AND at < $4
               AND NOT undone AND other_id IS NOT NULL AND person_id <> other_id AND NOT (person_id {})
             GROUP BY other_id",
            dialect.is_one_of_ids(5)
        ),
        vec![group.0.into(), window.from.millis().into(), window.to.millis().into(), dialect.ids(sorted)],
        |row| {
            let author: Uuid = column(row, 0)?;
            reactors.insert(author.into(), count(row, 1)?);
            Ok(())
        },
    )
    .await?;
    Ok(reactors)
}

/// The events of a group that ended in the window, and who took part.
#[derive(Default)]
pub(super) struct Events {
    /// When they begin, in order.
    starts: Vec<Timestamp>,
    /// When those that a person attended begin.
    attended: HashMap<PersonId, Vec<Timestamp>>,
}

impl Events {
    /// How many were open to, and attended by, a person whose membership began at `began`.
    pub(super) fn of(&self, person: PersonId, began: Timestamp) -> (u32, u32) {
        let before = self.starts.partition_point(|start| *start < began);
        let open = self.starts.len() - before;
        let attended = self
            .attended
            .get(&person)
            .map_or(0, |starts| starts.iter().filter(|start| **start >= began).count());
        (u32::try_from(open).unwrap_or(u32::MAX), u32::try_from(attended).unwrap_or(u32::MAX))
    }
}

pub(super) async fn events(sql: &impl TenantSql, group: GroupId, window: Window) -> Result<Events, Fault> {
    let mut events = Events::default();
    let params = || vec![group.0.into(), window.from.millis().into(), window.to.millis().into()];
    for row in sql
        .rows(
            "SELECT starts_at FROM event_version
             WHERE org_id = $1 AND group_id = $2 AND latest AND NOT cancelled AND ends_at >= $3 AND ends_at < $4
             ORDER BY starts_at",
            params(),
        )
        .await?
    {
        events.starts.push(timestamp(&row, 0)?);
    }
    if events.starts.is_empty() {
        return Ok(events);
    }
    sql.each(
        "SELECT DISTINCT i.person_id, e.source, e.event_id, e.starts_at FROM event_version e JOIN interaction i
           ON i.org_id = $1 AND i.group_id = $2 AND i.kind = 'attendance'
              AND i.source = e.source AND i.target = e.event_id
         WHERE e.org_id = $1 AND e.group_id = $2 AND e.latest AND NOT e.cancelled
           AND e.ends_at >= $3 AND e.ends_at < $4",
        params(),
        |row| {
            let person: Uuid = column(row, 0)?;
            events.attended.entry(person.into()).or_default().push(timestamp(row, 3)?);
            Ok(())
        },
    )
    .await?;
    Ok(events)
}

/// How many retained members each person invited: those whose running membership
/// began from `from` to `to`, both included, and whose earliest join row names the person.
pub(super) async fn invited(
    sql: &impl TenantSql,
    group: GroupId,
    members: &HashMap<PersonId, Timestamp>,
    from: Timestamp,
    to: Timestamp,
    as_of: Timestamp,
) -> Result<HashMap<PersonId, u32>, Fault> {
    let dialect = sql.dialect();
    let mut retained: Vec<PersonId> =
        members.iter().filter(|(_, began)| (from..=to).contains(*began)).map(|(person, _)| *person).collect();
    retained.sort_unstable();
    if retained.is_empty() {
        return Ok(HashMap::new());
    }
    let mut earliest: HashMap<PersonId, (Place, Option<Uuid>)> = HashMap::new();
    sql.each(
        &format!(
            "SELECT person_id, other_id, at, source_id, source FROM interaction
             WHERE org_id = $1 AND group_id = $2 AND kind <> 'message' AND kind = 'join' AND at < $3 AND person_id {}",
            dialect.is_one_of_ids(4)
        ),
        vec![group.0.into(), as_of.millis().into(), dialect.ids(retained)],
        |row| {
            let person: Uuid = column(row, 0)?;
            let joined = ((timestamp(row, 2)?, column(row, 3)?, column(row, 4)?), column(row, 1)?);
            let held = earliest.entry(person.into()).or_insert_with(|| joined.clone());
            if joined.0 < held.0 {
                *held = joined;
            }
            Ok(())
        },
    )
    .await?;
    let mut invited: HashMap<PersonId, u32> = HashMap::new();
    for (person, (_, by)) in earliest {
        if let Some(by) = by.map(PersonId::from).filter(|by| *by != person) {
            *invited.entry(by).or_default() += 1;
        }
    }
    Ok(invited)
}

/// Strikes in the window in all of these groups, not voided.
pub(super) async fn strikes(
    sql: &impl TenantSql,
    groups: &[GroupId],
    window: Window,
) -> Result<HashMap<PersonId, u32>, Fault> {
    let dialect = sql.dialect();
    let mut strikes = HashMap::new();
    sql.each(
        &format!(
            "SELECT person_id, CAST(COUNT(*) AS INTEGER) FROM interaction
             WHERE org_id = $1 AND group_id {} AND kind <> 'message' AND kind = 'violation' AND at >= $3 AND at < $4 AND NOT undone
             GROUP BY person_id",
            dialect.is_one_of_ids(2)
        ),
        vec![dialect.ids(groups.iter().copied()), window.from.millis().into(), window.to.millis().into()],
        |row| {
            let person: Uuid = column(row, 0)?;
            strikes.insert(person.into(), count(row, 1)?);
            Ok(())
        },
    )
    .await?;
    Ok(strikes)
}
