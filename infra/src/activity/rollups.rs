//! What is derived from the rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use qun_domain::activity::{
    Day, DayCount, DayKey, End, Kind, MemberKey, Passage, PassageKind, RollupsPort, Spell, StoredMessage,
};
use qun_domain::fault::Fault;
use qun_domain::id::GroupId;
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Value;

use super::map::{count, kind, maybe_timestamp, spell, stored_count, timestamp};
use crate::db::{Column, OrgTx, TenantSql, column};

impl RollupsPort for OrgTx {
    async fn days(&mut self, keys: &[DayKey]) -> Result<HashMap<DayKey, Day>, Fault> {
        let mut days = HashMap::with_capacity(keys.len());
        for (group, keys) in by_group(keys) {
            let (set, params) =
                self.dialect().day_person_set(3, keys.iter().map(|key| (key.day, key.person.0)));
            let sql = format!(
                "SELECT d.day, d.person_id, d.messages, d.counted, d.counted_under, d.presence, d.signs,
                        d.last_counted_at, d.last_message_at
                 FROM {set} k CROSS JOIN member_day d
                 WHERE d.org_id = $1 AND d.group_id = $2 AND d.day = k.day AND d.person_id = k.person_id"
            );
            for row in &self.rows(&sql, with_group(group, params)).await? {
                let person: Uuid = column(row, 1)?;
                days.insert(
                    DayKey { group, day: column(row, 0)?, person: person.into() },
                    Day {
                        count: DayCount {
                            messages: count(row, 2)?,
                            counted: count(row, 3)?,
                            last_counted: maybe_timestamp(row, 7)?,
                            last_seen: maybe_timestamp(row, 8)?,
                        },
                        counted_under: column(row, 4)?,
                        presence: count(row, 5)?,
                        signs: count(row, 6)?,
                    },
                );
            }
        }
        Ok(days)
    }

    async fn messages(&mut self, keys: &[DayKey]) -> Result<Vec<StoredMessage>, Fault> {
        let mut messages = Vec::new();
        for (group, keys) in by_group(keys) {
            let (set, params) =
                self.dialect().day_person_set(3, keys.iter().map(|key| (key.day, key.person.0)));
            let sql = format!(
                "SELECT i.day, i.person_id, i.at, i.source_id, i.length, i.undone
                 FROM {set} k CROSS JOIN interaction i
                 WHERE i.org_id = $1 AND i.group_id = $2 AND i.person_id = k.person_id AND i.day = k.day
                   AND i.kind = 'message'"
            );
            for row in &self.rows(&sql, with_group(group, params)).await? {
                let person: Uuid = column(row, 1)?;
                messages.push(StoredMessage {
                    day: DayKey { group, day: column(row, 0)?, person: person.into() },
                    at: timestamp(row, 2)?,
                    id: column(row, 3)?,
                    length: count(row, 4)?,
                    deleted: column(row, 5)?,
                });
            }
        }
        Ok(messages)
    }

    async fn save_days(&mut self, days: Vec<(DayKey, Day, Day)>) -> Result<(), Fault> {
        move_group_days(self, &days).await?;
        write_days(self, &days).await
    }

    async fn spells(&mut self, keys: &[MemberKey]) -> Result<HashMap<MemberKey, Vec<Spell>>, Fault> {
        let dialect = self.dialect();
        let mut spells: HashMap<MemberKey, Vec<Spell>> = HashMap::new();
        for (group, persons) in members_by_group(keys) {
            let sql = format!(
                "SELECT person_id, joined_at, ended_at, ended_by, began_at, join_observed, began_observed, invited_by
                 FROM membership WHERE org_id = $1 AND group_id = $2 AND person_id {}
                 ORDER BY person_id, sequence",
                dialect.is_one_of_ids(3)
            );
            for row in &self.rows(&sql, vec![group.0.into(), dialect.ids(persons)]).await? {
                let person: Uuid = column(row, 0)?;
                spells.entry(MemberKey { group, person: person.into() }).or_default().push(spell(row, 1)?);
            }
        }
        Ok(spells)
    }

    async fn passages(&mut self, keys: &[MemberKey]) -> Result<HashMap<MemberKey, Vec<Passage>>, Fault> {
        let dialect = self.dialect();
        let mut passages: HashMap<MemberKey, Vec<Passage>> = HashMap::new();
        for (group, persons) in members_by_group(keys) {
            let sql = format!(
                "SELECT person_id, at, source_id, source, kind, other_id FROM interaction
                 WHERE org_id = $1 AND group_id = $2 AND person_id {}
                   AND kind IN ('message', 'reaction', 'attendance', 'join', 'leave', 'remove')",
                dialect.is_one_of_ids(3)
            );
            for row in &self.rows(&sql, vec![group.0.into(), dialect.ids(persons)]).await? {
                let person: Uuid = column(row, 0)?;
                let other: Option<Uuid> = column(row, 5)?;
                let what = match kind(row, 4)? {
                    Kind::Join => PassageKind::Join { invited_by: other.map(Into::into) },
                    Kind::Leave => PassageKind::Leave,
                    Kind::Remove => PassageKind::Remove,
                    _ => PassageKind::Presence,
                };
                passages.entry(MemberKey { group, person: person.into() }).or_default().push(Passage {
                    ts: timestamp(row, 1)?,
                    id: column(row, 2)?,
                    source: column(row, 3)?,
                    what,
                });
            }
        }
        Ok(passages)
    }

    async fn save_spells(&mut self, spells: Vec<(MemberKey, Vec<Spell>)>) -> Result<(), Fault> {
        let dialect = self.dialect();
        let keys: Vec<MemberKey> = spells.iter().map(|(key, _)| *key).collect();
        for (group, persons) in members_by_group(&keys) {
            let sql = format!(
                "DELETE FROM membership WHERE org_id = $1 AND group_id = $2 AND person_id {}",
                dialect.is_one_of_ids(3)
            );
            self.run(&sql, vec![group.0.into(), dialect.ids(persons)]).await?;
        }
        self.insert_many("membership", spell_columns(&spells), "").await?;
        Ok(())
    }

    async fn note_presence(&mut self, first: HashMap<GroupId, Timestamp>) -> Result<(), Fault> {
        for (group, at) in first {
            self.run(
                "UPDATE chat_group SET first_presence_at = $3
                 WHERE org_id = $1 AND id = $2 AND (first_presence_at IS NULL OR first_presence_at > $3)",
                vec![group.0.into(), at.millis().into()],
            )
            .await?;
        }
        Ok(())
    }
}

fn by_group(keys: &[DayKey]) -> BTreeMap<GroupId, Vec<DayKey>> {
    let mut groups: BTreeMap<GroupId, Vec<DayKey>> = BTreeMap::new();
    for key in keys {
        groups.entry(key.group).or_default().push(*key);
    }
    groups
}

fn members_by_group(keys: &[MemberKey]) -> BTreeMap<GroupId, Vec<Uuid>> {
    let mut groups: BTreeMap<GroupId, Vec<Uuid>> = BTreeMap::new();
    for key in keys {
        groups.entry(key.group).or_default().push(key.person.0);
    }
    groups
}

fn with_group(group: GroupId, mut params: Vec<Value>) -> Vec<Value> {
    params.insert(0, group.0.into());
    params
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

/// Moves the days of groups by what the days of members moved. The group is held,
/// so reading and writing them back is safe.
async fn move_group_days(tx: &OrgTx, days: &[(DayKey, Day, Day)]) -> Result<(), Fault> {
    let mut moved: BTreeMap<(GroupId, NaiveDate), Sums> = BTreeMap::new();
    for (key, before, after) in days {
        let sums = moved.entry((key.group, key.day)).or_default();
        sums.0 += i64::from(after.count.messages) - i64::from(before.count.messages);
        sums.1 += i64::from(after.count.messages > 0) - i64::from(before.count.messages > 0);
        sums.2 += i64::from(after.presence) - i64::from(before.presence);
    }
    moved.retain(|_, sums| *sums != (0, 0, 0));
    let groups: BTreeSet<GroupId> = moved.keys().map(|(group, _)| *group).collect();
    for group in groups {
        let (first, last) = (NaiveDate::MIN, NaiveDate::MAX);
        let mine: Vec<(NaiveDate, Sums)> =
            moved.range((group, first)..=(group, last)).map(|((_, day), sums)| (*day, *sums)).collect();
        write_group_days(tx, group, mine).await?;
    }
    Ok(())
}

async fn write_group_days(
    tx: &OrgTx,
    group: GroupId,
    mut moved: Vec<(NaiveDate, Sums)>,
) -> Result<(), Fault> {
    let dialect = tx.dialect();
    let sql = format!(
        "SELECT d.day, d.messages, d.speakers, d.presence FROM {} k CROSS JOIN group_day d
         WHERE d.org_id = $1 AND d.group_id = $2 AND d.day = k.day",
        dialect.day_set(3)
    );
    let rows = tx.rows(&sql, vec![group.0.into(), dialect.days(moved.iter().map(|(day, _)| *day))]).await?;
    let stored: HashMap<NaiveDate, Sums> = rows
        .iter()
        .map(|row| {
            Ok((column(row, 0)?, (count(row, 1)?.into(), count(row, 2)?.into(), count(row, 3)?.into())))
        })
        .collect::<Result<_, Fault>>()?;
    for (day, sums) in &mut moved {
        if let Some(before) = stored.get(day) {
            *sums = (sums.0 + before.0, sums.1 + before.1, sums.2 + before.2);
        }
    }
    let column = |read: fn(&Sums) -> i64| {
        let counts = moved.iter().map(|(_, sums)| i32::try_from(read(sums)).unwrap_or(i32::MAX));
        Column::Int(counts.collect())
    };
    tx.insert_many(
        "group_day",
        vec![
            ("group_id", Column::SameId(group.0)),
            ("day", Column::Date(moved.iter().map(|(day, _)| *day).collect())),
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
