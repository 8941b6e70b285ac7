//! What is derived from the rows.

use std::collections::{BTreeMap, HashMap};

use qun_domain::activity::{
    Day, DayCount, DayKey, End, Kind, MemberKey, Passage, PassageKind, RollupsPort, Spell, StoredMessage,
};
use qun_domain::fault::Fault;
use qun_domain::id::GroupId;
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;

use super::keys::{GroupDay, day_key, day_keys, group_day_keys, member_key, member_keys};
use super::map::{count, kind, spell, stored_count};
use crate::db::{Column, OrgTx, TenantSql, column, timestamp, timestamp_or_none};

impl RollupsPort for OrgTx {
    async fn days(&mut self, keys: &[DayKey]) -> Result<HashMap<DayKey, Day>, Fault> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let (set, params) = day_keys(self.dialect(), keys);
        let sql = format!(
            "SELECT d.group_id, d.day, d.person_id, d.messages, d.counted, d.counted_under, d.presence, d.signs,
                    d.last_counted_at, d.last_message_at
             FROM {set} k CROSS JOIN member_day d
             WHERE d.org_id = $1 AND d.group_id = k.group_id AND d.day = k.day AND d.person_id = k.person_id"
        );
        let rows = self.rows(&sql, params).await?;
        rows.iter()
            .map(|row| {
                let day = Day {
                    count: DayCount {
                        messages: count(row, 3)?,
                        counted: count(row, 4)?,
                        last_counted: timestamp_or_none(row, 8)?,
                        last_seen: timestamp_or_none(row, 9)?,
                    },
                    counted_under: column(row, 5)?,
                    presence: count(row, 6)?,
                    signs: count(row, 7)?,
                };
                Ok((day_key(row)?, day))
            })
            .collect()
    }

    async fn messages(&mut self, keys: &[DayKey]) -> Result<Vec<StoredMessage>, Fault> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let (set, params) = day_keys(self.dialect(), keys);
        let sql = format!(
            "SELECT i.group_id, i.day, i.person_id, i.at, i.source_id, i.length, i.undone
             FROM {set} k CROSS JOIN interaction i
             WHERE i.org_id = $1 AND i.group_id = k.group_id AND i.person_id = k.person_id AND i.day = k.day
               AND i.kind = 'message'"
        );
        let rows = self.rows(&sql, params).await?;
        rows.iter()
            .map(|row| {
                Ok(StoredMessage {
                    day: day_key(row)?,
                    at: timestamp(row, 3)?,
                    id: column(row, 4)?,
                    length: count(row, 5)?,
                    deleted: column(row, 6)?,
                })
            })
            .collect()
    }

    async fn save_days(&mut self, days: Vec<(DayKey, Day, Day)>) -> Result<(), Fault> {
        move_group_days(self, &days).await?;
        write_days(self, &days).await
    }

    async fn spells(&mut self, keys: &[MemberKey]) -> Result<HashMap<MemberKey, Vec<Spell>>, Fault> {
        let mut spells: HashMap<MemberKey, Vec<Spell>> = HashMap::new();
        if keys.is_empty() {
            return Ok(spells);
        }
        let (set, params) = member_keys(self.dialect(), keys);
        let sql = format!(
            "SELECT m.group_id, m.person_id, m.joined_at, m.ended_at, m.ended_by, m.began_at, m.join_observed,
                    m.began_observed, m.invited_by
             FROM {set} k CROSS JOIN membership m
             WHERE m.org_id = $1 AND m.group_id = k.group_id AND m.person_id = k.person_id
             ORDER BY m.group_id, m.person_id, m.sequence"
        );
        for row in &self.rows(&sql, params).await? {
            spells.entry(member_key(row)?).or_default().push(spell(row, 2)?);
        }
        Ok(spells)
    }

    async fn passages(&mut self, keys: &[MemberKey]) -> Result<HashMap<MemberKey, Vec<Passage>>, Fault> {
        let mut passages: HashMap<MemberKey, Vec<Passage>> = HashMap::new();
        if keys.is_empty() {
            return Ok(passages);
        }
        let (set, params) = member_keys(self.dialect(), keys);
        let sql = format!(
            "SELECT i.group_id, i.person_id, i.at, i.source_id, i.source, i.kind, i.other_id
             FROM {set} k CROSS JOIN interaction i
             WHERE i.org_id = $1 AND i.group_id = k.group_id AND i.person_id = k.person_id
               AND i.kind IN ('message', 'reaction', 'attendance', 'join', 'leave', 'remove')"
        );
        for row in &self.rows(&sql, params).await? {
            let other: Option<Uuid> = column(row, 6)?;
            let what = match kind(row, 5)? {
                Kind::Join => PassageKind::Join { invited_by: other.map(Into::into) },
                Kind::Leave => PassageKind::Leave,
                Kind::Remove => PassageKind::Remove,
                _ => PassageKind::Presence,
            };
            passages.entry(member_key(row)?).or_default().push(Passage {
                ts: timestamp(row, 2)?,
                id: column(row, 3)?,
                source: column(row, 4)?,
                what,
            });
        }
        Ok(passages)
    }

    async fn save_spells(&mut self, spells: Vec<(MemberKey, Vec<Spell>)>) -> Result<(), Fault> {
        if spells.is_empty() {
            return Ok(());
        }
        let keys: Vec<MemberKey> = spells.iter().map(|(key, _)| *key).collect();
        let (set, params) = member_keys(self.dialect(), &keys);
        let sql = format!(
            "DELETE FROM membership
             WHERE org_id = $1 AND (group_id, person_id) IN (SELECT group_id, person_id FROM {set} k)"
        );
        self.run(&sql, params).await?;
        self.insert_many("membership", spell_columns(&spells), "").await?;
        Ok(())
    }

    async fn note_presence(&mut self, first: HashMap<GroupId, Timestamp>) -> Result<(), Fault> {
        let dialect = self.dialect();
        let sql = format!(
            "SELECT id, first_presence_at FROM chat_group WHERE org_id = $1 AND id {}",
            dialect.is_one_of_ids(2)
        );
        for row in &self.rows(&sql, vec![dialect.ids(first.keys().copied())]).await? {
            let group: Uuid = column(row, 0)?;
            let known = timestamp_or_none(row, 1)?;
            let Some(at) = first.get(&group.into()) else { continue };
            if known.is_none_or(|known| *at < known) {
                self.run(
                    "UPDATE chat_group SET first_presence_at = $3 WHERE org_id = $1 AND id = $2",
                    vec![group.into(), at.millis().into()],
                )
                .await?;
            }
        }
        Ok(())
    }
}

fn spell_columns(spells: &[(MemberKey, Vec<Spell>)]) -> Vec<(&'static str, Column)> {
    let rows: Vec<(MemberKey, i32, &Spell)> = spells
        .iter()
        .flat_map(|(key, spells)| (0..).zip(spells).map(|(n, spell)| (*key, n, spell)))
        .collect();
    let ended_by = |end| match end {
        End::Left => "LEFT".to_owned(),
        End::Removed => "REMOVED".to_owned(),
    };
    vec![
        ("group_id", Column::Id(rows.iter().map(|(key, ..)| key.group.0).collect())),
        ("person_id", Column::Id(rows.iter().map(|(key, ..)| key.person.0).collect())),
        ("sequence", Column::Int(rows.iter().map(|(_, n, _)| *n).collect())),
        ("joined_at", Column::Time(rows.iter().map(|(.., spell)| spell.joined_at.millis()).collect())),
        (
            "ended_at",
            Column::OptTime(rows.iter().map(|(.., s)| s.ended_at.map(|(at, _)| at.millis())).collect()),
        ),
        (
            "ended_by",
            Column::OptText(rows.iter().map(|(.., s)| s.ended_at.map(|(_, end)| ended_by(end))).collect()),
        ),
        ("began_at", Column::Time(rows.iter().map(|(.., spell)| spell.began_at.millis()).collect())),
        ("join_observed", Column::Bool(rows.iter().map(|(.., spell)| spell.join_observed).collect())),
        ("began_observed", Column::Bool(rows.iter().map(|(.., spell)| spell.began_observed).collect())),
        (
            "invited_by",
            Column::OptId(rows.iter().map(|(.., spell)| spell.invited_by.map(Into::into)).collect()),
        ),
    ]
}

async fn write_days(tx: &OrgTx, days: &[(DayKey, Day, Day)]) -> Result<(), Fault> {
    fn all<T>(days: &[(DayKey, Day, Day)], read: impl Fn(&DayKey, &Day) -> T) -> Vec<T> {
        days.iter().map(|(key, _, after)| read(key, after)).collect()
    }
    tx.insert_many(
        "member_day",
        vec![
            ("group_id", Column::Id(all(days, |key, _| key.group.0))),
            ("day", Column::Date(all(days, |key, _| key.day))),
            ("person_id", Column::Id(all(days, |key, _| key.person.0))),
            ("messages", Column::Int(all(days, |_, day| stored_count(day.count.messages)))),
            ("counted", Column::Int(all(days, |_, day| stored_count(day.count.counted)))),
            ("counted_under", Column::Int(all(days, |_, day| day.counted_under))),
            ("presence", Column::Int(all(days, |_, day| stored_count(day.presence)))),
            ("signs", Column::Int(all(days, |_, day| stored_count(day.signs)))),
            (
                "last_counted_at",
                Column::OptTime(all(days, |_, day| day.count.last_counted.map(Timestamp::millis))),
            ),
            (
                "last_message_at",
                Column::OptTime(all(days, |_, day| day.count.last_seen.map(Timestamp::millis))),
            ),
        ],
        "ON CONFLICT (org_id, group_id, day, person_id) DO UPDATE SET
           messages = excluded.messages, counted = excluded.counted, counted_under = excluded.counted_under,
           presence = excluded.presence, signs = excluded.signs,
           last_counted_at = excluded.last_counted_at, last_message_at = excluded.last_message_at",
    )
    .await?;
    Ok(())
}

/// Messages, speakers and presence of a group on a day.
type Sums = (i64, i64, i64);

/// Moves the days of groups by what the days of members moved. The groups are held,
/// so reading and writing them back is safe.
async fn move_group_days(tx: &OrgTx, days: &[(DayKey, Day, Day)]) -> Result<(), Fault> {
    let mut moved: BTreeMap<GroupDay, Sums> = BTreeMap::new();
    for (key, before, after) in days {
        let sums = moved.entry((key.group, key.day)).or_default();
        sums.0 += i64::from(after.count.messages) - i64::from(before.count.messages);
        sums.1 += i64::from(after.count.messages > 0) - i64::from(before.count.messages > 0);
        sums.2 += i64::from(after.presence) - i64::from(before.presence);
    }
    moved.retain(|_, sums| *sums != (0, 0, 0));
    if moved.is_empty() {
        return Ok(());
    }
    add_stored(tx, &mut moved).await?;
    let column = |read: fn(&Sums) -> i64| {
        Column::Int(moved.values().map(|sums| i32::try_from(read(sums)).unwrap_or(i32::MAX)).collect())
    };
    tx.insert_many(
        "group_day",
        vec![
            ("group_id", Column::Id(moved.keys().map(|(group, _)| group.0).collect())),
            ("day", Column::Date(moved.keys().map(|(_, day)| *day).collect())),
            ("messages", column(|sums| sums.0)),
            ("speakers", column(|sums| sums.1)),
            ("presence", column(|sums| sums.2)),
        ],
        "ON CONFLICT (org_id, group_id, day) DO UPDATE SET
           messages = excluded.messages, speakers = excluded.speakers, presence = excluded.presence",
    )
    .await?;
    Ok(())
}

async fn add_stored(tx: &OrgTx, moved: &mut BTreeMap<GroupDay, Sums>) -> Result<(), Fault> {
    let (set, params) = group_day_keys(tx.dialect(), moved.keys());
    let sql = format!(
        "SELECT d.group_id, d.day, d.messages, d.speakers, d.presence FROM {set} k CROSS JOIN group_day d
         WHERE d.org_id = $1 AND d.group_id = k.group_id AND d.day = k.day"
    );
    for row in &tx.rows(&sql, params).await? {
        let group: Uuid = column(row, 0)?;
        if let Some(sums) = moved.get_mut(&(group.into(), column(row, 1)?)) {
            sums.0 += i64::from(count(row, 2)?);
            sums.1 += i64::from(count(row, 3)?);
            sums.2 += i64::from(count(row, 4)?);
        }
    }
    Ok(())
}
