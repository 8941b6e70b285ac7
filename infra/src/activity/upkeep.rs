//! Forgetting texts, and making roll-ups anew.

use std::collections::HashMap;

use chrono::NaiveDate;
use qun_domain::activity::{Day, DayCount, DayKey, GroupOfRows, RawDay, RosterPort, UpkeepPort};
use qun_domain::fault::Fault;
use qun_domain::id::{GroupId, PersonId};
use sea_orm::prelude::Uuid;

use super::map::count;
use crate::db::{OrgTx, TenantSql, column, timestamp_or_none};
use crate::groups::groups_by_id;

impl UpkeepPort for OrgTx {
    async fn hold_group(&mut self, group: GroupId) -> Result<Option<GroupOfRows>, Fault> {
        let Some(found) = groups_by_id(&**self, &[group]).await?.pop() else { return Ok(None) };
        let Ok(name) = found.name.parse() else { return Ok(None) };
        Ok(self.hold_groups(&[name]).await?.pop())
    }

    async fn everyone(&mut self, group: GroupId) -> Result<Vec<PersonId>, Fault> {
        let rows = self
            .rows(
                "SELECT DISTINCT person_id FROM interaction
                 WHERE org_id = $1 AND group_id = $2 AND person_id IS NOT NULL ORDER BY person_id",
                vec![group.0.into()],
            )
            .await?;
        rows.iter().map(|row| column::<Uuid>(row, 0).map(Into::into)).collect()
    }

    async fn all_days(&mut self, group: GroupId) -> Result<HashMap<DayKey, Day>, Fault> {
        let mut days = HashMap::new();
        self.each(
            "SELECT day, person_id, messages, counted, counted_under, presence, signs, last_counted_at, last_message_at
             FROM member_day WHERE org_id = $1 AND group_id = $2",
            vec![group.0.into()],
            |row| {
                let person: Uuid = column(row, 1)?;
                days.insert(DayKey { group, day: column(row, 0)?, person: person.into() }, stored_day(row, 2)?);
                Ok(())
            },
        )
        .await?;
        Ok(days)
    }

    async fn raw_days(&mut self, group: GroupId, persons: &[PersonId]) -> Result<Vec<RawDay>, Fault> {
        let dialect = self.dialect();
        let sql = format!(
            "SELECT day, person_id,
                    CAST(SUM(CASE WHEN kind IN ('message', 'reaction', 'attendance') THEN 1 ELSE 0 END) AS INTEGER),
                    CAST(SUM(CASE WHEN kind = 'contribution_accepted' AND undone THEN 0 ELSE 1 END) AS INTEGER)
             FROM interaction WHERE org_id = $1 AND group_id = $2 AND person_id {}
               AND kind IN ('message', 'reaction', 'attendance', 'contribution_accepted', 'click')
             GROUP BY day, person_id",
            dialect.is_one_of_ids(3)
        );
        let rows = self.rows(&sql, vec![group.0.into(), dialect.ids(persons.iter().copied())]).await?;
        rows.iter()
            .map(|row| {
                let person: Uuid = column(row, 1)?;
                Ok(RawDay {
                    key: DayKey { group, day: column(row, 0)?, person: person.into() },
                    presence: count(row, 2)?,
                    signs: count(row, 3)?,
                })
            })
            .collect()
    }

    async fn rebuild_group_days(&mut self, group: GroupId) -> Result<(), Fault> {
        self.run("DELETE FROM group_day WHERE org_id = $1 AND group_id = $2", vec![group.0.into()]).await?;
        self.run(
            "INSERT INTO group_day (org_id, group_id, day, messages, speakers, presence)
             SELECT $1, $2, day, SUM(messages), SUM(CASE WHEN messages > 0 THEN 1 ELSE 0 END), SUM(presence)
             FROM member_day WHERE org_id = $1 AND group_id = $2
             GROUP BY day HAVING SUM(messages) + SUM(presence) > 0",
            vec![group.0.into()],
        )
        .await?;
        Ok(())
    }

    async fn first_kept_day(&mut self, group: GroupId, until: NaiveDate) -> Result<Option<NaiveDate>, Fault> {
        let rows = self
            .rows(
                "SELECT MIN(d.day) FROM group_day d JOIN chat_group g ON g.org_id = $1 AND g.id = d.group_id
                 WHERE d.org_id = $1 AND d.group_id = $2 AND d.day < $3
                   AND (g.text_kept_from IS NULL OR d.day >= g.text_kept_from)",
                vec![group.0.into(), until.into()],
            )
            .await?;
        rows.first().map_or(Ok(None), |row| column(row, 0))
    }

    async fn forget_day(&mut self, group: GroupId, day: NaiveDate) -> Result<u64, Fault> {
        let forgotten = self
            .run(
                "UPDATE interaction SET text = NULL
                 WHERE org_id = $1 AND group_id = $2 AND day = $3 AND text IS NOT NULL
                   AND person_id IN (SELECT person_id FROM member_day
                                     WHERE org_id = $1 AND group_id = $2 AND day = $3)",
                vec![group.0.into(), day.into()],
            )
            .await?;
        let next = day.succ_opt().unwrap_or(day);
        self.run(
            "UPDATE chat_group SET text_kept_from = $3 WHERE org_id = $1 AND id = $2",
            vec![group.0.into(), next.into()],
        )
        .await?;
        Ok(forgotten)
    }
}

/// The columns of a day, from `messages` on.
pub(super) fn stored_day(row: &sea_orm::QueryResult, first: usize) -> Result<Day, Fault> {
    Ok(Day {
        count: DayCount {
            messages: count(row, first)?,
            counted: count(row, first + 1)?,
            last_counted: timestamp_or_none(row, first + 5)?,
            last_seen: timestamp_or_none(row, first + 6)?,
        },
        counted_under: column(row, first + 2)?,
        presence: count(row, first + 3)?,
        signs: count(row, first + 4)?,
    })
}
