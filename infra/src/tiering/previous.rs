//! What the next evaluation needs of the one before.

use std::collections::HashMap;

use qun_domain::fault::Fault;
use qun_domain::id::PersonId;
use qun_domain::tiering::Previous;
use qun_domain::time::{Timestamp, Week};
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use crate::db::{TenantSql, column, timestamp};

const COLUMNS: &str = "s.person_id, s.tier, s.pinned, s.lower_than_core, s.lower_than_active, s.band";

/// The latest evaluation before `week` of each member, not before the running membership began.
///
/// Nearly everybody stands in the scope's last evaluation, which is read whole; who was
/// away then is looked up in the older ones.
pub(super) async fn previous(
    sql: &impl TenantSql,
    scope_id: Uuid,
    week: Week,
    members: &[(PersonId, Timestamp)],
) -> Result<HashMap<PersonId, Previous>, Fault> {
    let Some((last, last_as_of)) = last_before(sql, scope_id, week).await? else { return Ok(HashMap::new()) };
    let mut found = HashMap::with_capacity(members.len());
    sql.each(
        &format!("SELECT {COLUMNS} FROM tier_score s WHERE s.org_id = $1 AND s.evaluation_id = $2"),
        vec![last.into()],
        |row| {
            let (person, previous) = read(row)?;
            found.insert(person, previous);
            Ok(())
        },
    )
    .await?;

    let began: HashMap<PersonId, Timestamp> = members.iter().copied().collect();
    found.retain(|person, _| began.get(person).is_some_and(|began| *began < last_as_of));
    let mut missing: Vec<PersonId> = members
        .iter()
        .filter(|(person, began)| *began < last_as_of && !found.contains_key(person))
        .map(|(person, _)| *person)
        .collect();
    missing.sort_unstable();
    if !missing.is_empty() {
        older(sql, scope_id, last_as_of, &missing, &began, &mut found).await?;
    }
    Ok(found)
}

async fn last_before(
    sql: &impl TenantSql,
    scope_id: Uuid,
    week: Week,
) -> Result<Option<(Uuid, Timestamp)>, Fault> {
    let rows = sql
        .rows(
            "SELECT id, as_of FROM tier_evaluation
             WHERE org_id = $1 AND scope_id = $2 AND latest AND week < $3 ORDER BY week DESC LIMIT 1",
            vec![scope_id.into(), week.to_string().into()],
        )
        .await?;
    rows.first().map(|row| Ok((column(row, 0)?, timestamp(row, 1)?))).transpose()
}

async fn older(
    sql: &impl TenantSql,
    scope_id: Uuid,
    before: Timestamp,
    persons: &[PersonId],
    began: &HashMap<PersonId, Timestamp>,
    found: &mut HashMap<PersonId, Previous>,
) -> Result<(), Fault> {
    let dialect = sql.dialect();
    let mut latest: HashMap<PersonId, Timestamp> = HashMap::new();
    sql.each(
        &format!(
            "SELECT {COLUMNS}, e.as_of FROM tier_evaluation e JOIN tier_score s
               ON s.org_id = $1 AND s.evaluation_id = e.id AND s.person_id {}
             WHERE e.org_id = $1 AND e.scope_id = $2 AND e.latest AND e.as_of < $3",
            dialect.is_one_of_ids(4)
        ),
        vec![scope_id.into(), before.millis().into(), dialect.ids(persons.iter().copied())],
        |row| {
            let (person, previous) = read(row)?;
            let as_of = timestamp(row, 6)?;
            let is_since = began.get(&person).is_some_and(|began| *began < as_of);
            if is_since && latest.get(&person).is_none_or(|known| *known < as_of) {
                latest.insert(person, as_of);
                found.insert(person, previous);
            }
            Ok(())
        },
    )
    .await
}

fn read(row: &QueryResult) -> Result<(PersonId, Previous), Fault> {
    let person: Uuid = column(row, 0)?;
    let tier: String = column(row, 1)?;
    let streak = |index| -> Result<u16, Fault> {
        let weeks: i32 = column(row, index)?;
        Ok(u16::try_from(weeks).unwrap_or(u16::MAX))
    };
    let band: Option<String> = column(row, 5)?;
    let previous = Previous {
        tier: tier
            .parse()
            .map_err(|_| Fault::new(format!("tier_score.tier of {person} is unknown: {tier}")))?,
        pinned: column(row, 2)?,
        lower_than_core: streak(3)?,
        lower_than_active: streak(4)?,
        watch: band.as_deref() == Some("WATCH"),
    };
    Ok((person.into(), previous))
}
