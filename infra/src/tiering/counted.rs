//! Counted messages and signs of life of a group in the windows of a week.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use qun_domain::activity::{DayCount, DayMessage};
use qun_domain::fault::Fault;
use qun_domain::groups::Group;
use qun_domain::id::PersonId;
use qun_domain::policy::Counting;
use qun_domain::time::{Timestamp, days_before};
use sea_orm::prelude::Uuid;

use super::window::{AsOf, Window};
use crate::activity::count;
use crate::db::{TenantSql, column, timestamp};

/// What a person did in one group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    pub(super) in_window: u32,
    pub(super) in_week: u32,
    pub(super) by_weekday: [u16; 7],
    /// The local day, in the scope's zone, of the last sign of life in the widest window.
    pub(super) last_sign: Option<NaiveDate>,
}

/// The windows that are read at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    /// Of the frequency.
    pub(super) frequency: Window,
    /// The seven days.
    pub(super) week: Window,
    /// The widest in which a sign of life is asked for.
    pub(super) signs: Window,
    /// Whether the days of the week are asked for one by one.
    pub(super) weekdays: bool,
}

/// From the roll-ups, where their days are days of the scope.
pub(super) async fn from_rollups(
    sql: &impl TenantSql,
    group: &Group,
    windows: Windows,
) -> Result<HashMap<PersonId, Counted>, Fault> {
    let mut counted: HashMap<PersonId, Counted> = HashMap::new();
    let widest = windows.signs.from_day.min(windows.frequency.from_day).min(windows.week.from_day);
    sql.each(
        "SELECT person_id,
                CAST(SUM(CASE WHEN day >= $4 THEN counted ELSE 0 END) AS INTEGER),
                CAST(SUM(CASE WHEN day >= $5 THEN counted ELSE 0 END) AS INTEGER),
                MAX(CASE WHEN signs > 0 AND day >= $6 THEN day END)
         FROM member_day WHERE org_id = $1 AND group_id = $2 AND day >= $3 AND day < $7
         GROUP BY person_id",
        vec![
            group.id.0.into(),
            widest.into(),
            windows.frequency.from_day.into(),
            windows.week.from_day.into(),
            windows.signs.from_day.into(),
            windows.week.to_day.into(),
        ],
        |row| {
            let person: Uuid = column(row, 0)?;
            let entry = Counted {
                in_window: count(row, 1)?,
                in_week: count(row, 2)?,
                by_weekday: [0; 7],
                last_sign: column(row, 3)?,
            };
            counted.insert(person.into(), entry);
            Ok(())
        },
    )
    .await?;
    if windows.weekdays {
        weekdays(sql, group, windows.week, &mut counted).await?;
    }
    Ok(counted)
}

async fn weekdays(
    sql: &impl TenantSql,
    group: &Group,
    week: Window,
    counted: &mut HashMap<PersonId, Counted>,
) -> Result<(), Fault> {
    sql.each(
        "SELECT person_id, day, counted FROM member_day
         WHERE org_id = $1 AND group_id = $2 AND day >= $3 AND day < $4 AND counted > 0",
        vec![group.id.0.into(), week.from_day.into(), week.to_day.into()],
        |row| {
            let person: Uuid = column(row, 0)?;
            let day: NaiveDate = column(row, 1)?;
            let entry = counted.entry(person.into()).or_default();
            let place = &mut entry.by_weekday[day.weekday().num_days_from_monday() as usize];
            *place = place.saturating_add(u16::try_from(count(row, 2)?).unwrap_or(u16::MAX));
            Ok(())
        },
    )
    .await
}

/// When a message was written, its id and its length.
type Written = (Timestamp, String, u32);

/// From the rows themselves: where the group's days are not days of the scope, or
/// where the messages are to be counted by other rules than the roll-ups were.
pub(super) async fn from_rows(
    sql: &impl TenantSql,
    group: &Group,
    counting: &Counting,
    as_of: AsOf,
    windows: Windows,
) -> Result<HashMap<PersonId, Counted>, Fault> {
    let mut counted = signs(sql, group, as_of, windows.signs).await?;
    let from = days_before(windows.frequency.from_day.min(windows.week.from_day), 1);
    let mut days: HashMap<(PersonId, NaiveDate), Vec<Written>> = HashMap::new();
    sql.each(
        "SELECT i.person_id, i.day, i.at, i.source_id, i.length FROM member_day d JOIN interaction i
           ON i.org_id = $1 AND i.group_id = $2 AND i.person_id = d.person_id AND i.day = d.day
         WHERE d.org_id = $1 AND d.group_id = $2 AND d.day >= $3 AND d.day <= $4 AND d.messages > 0
           AND i.kind = 'message' AND NOT i.undone",
        vec![group.id.0.into(), from.into(), windows.week.to_day.into()],
        |row| {
            let person: Uuid = column(row, 0)?;
            let message = (timestamp(row, 2)?, column(row, 3)?, count(row, 4)?);
            days.entry((person.into(), column(row, 1)?)).or_default().push(message);
            Ok(())
        },
    )
    .await?;
    for ((person, _), messages) in days {
        let entry = counted.entry(person).or_default();
        for at in counted_times(counting, messages) {
            let is_in = |window: Window| window.from <= at && at < window.to;
            entry.in_window += u32::from(is_in(windows.frequency));
            if is_in(windows.week) {
                entry.in_week += 1;
                let weekday = at.local_date(as_of.zone).weekday().num_days_from_monday() as usize;
                entry.by_weekday[weekday] = entry.by_weekday[weekday].saturating_add(1);
            }
        }
    }
    Ok(counted)
}

/// When the counted messages of a day were written.
fn counted_times(counting: &Counting, mut messages: Vec<Written>) -> Vec<Timestamp> {
    messages.sort_unstable();
    let mut day = DayCount::default();
    let mut times = Vec::new();
    for (ts, id, length) in &messages {
        let message = DayMessage { ts: *ts, id, length: *length, deleted: false };
        let before = day.counted;
        day.push(counting, message.ts, message.length);
        if day.counted > before {
            times.push(message.ts);
        }
    }
    times
}

async fn signs(
    sql: &impl TenantSql,
    group: &Group,
    as_of: AsOf,
    window: Window,
) -> Result<HashMap<PersonId, Counted>, Fault> {
    let mut counted: HashMap<PersonId, Counted> = HashMap::new();
    sql.each(
        "SELECT i.person_id, MAX(i.at) FROM member_day d JOIN interaction i
           ON i.org_id = $1 AND i.group_id = $2 AND i.person_id = d.person_id AND i.day = d.day
         WHERE d.org_id = $1 AND d.group_id = $2 AND d.day >= $3 AND d.day <= $4 AND d.signs > 0
           AND i.at >= $5 AND i.at < $6
           AND (i.kind IN ('message', 'reaction', 'attendance', 'click')
                OR (i.kind = 'contribution_accepted' AND NOT i.undone))
         GROUP BY i.person_id",
        vec![
            group.id.0.into(),
            days_before(window.from_day, 1).into(),
            window.to_day.into(),
            window.from.millis().into(),
            window.to.millis().into(),
        ],
        |row| {
            let person: Uuid = column(row, 0)?;
            let last_sign = Some(timestamp(row, 1)?.local_date(as_of.zone));
            counted.insert(person.into(), Counted { last_sign, ..Counted::default() });
            Ok(())
        },
    )
    .await?;
    Ok(counted)
}
