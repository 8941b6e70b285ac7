//! Counting days again: under a changed policy, or from the rows alone.

use chrono::NaiveDate;
use qun_domain::activity::{Day, DayKey, RollupsPort, count_days};
use qun_domain::fault::Fault;
use qun_domain::id::GroupId;
use qun_domain::policy::{Counting, counting_key};
use sea_orm::prelude::Uuid;

use super::roster::hold;
use crate::db::{OrgTx, TenantSql, column};

/// How many days are counted again at once.
const AT_ONCE: usize = 5_000;

/// Counts the days from `from` up to `to` (outside) that were counted under other
/// parameters than `counting` (TIERING.md, section 4).
pub(crate) async fn recount(
    tx: &mut OrgTx,
    group: GroupId,
    counting: &Counting,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<(), Fault> {
    let under = counting_key(counting);
    let rows = tx
        .rows(
            "SELECT day, person_id FROM member_day
             WHERE org_id = $1 AND group_id = $2 AND day >= $3 AND day < $4 AND messages > 0
               AND counted_under <> $5",
            vec![group.0.into(), from.into(), to.into(), under.into()],
        )
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    hold(tx, vec![group.0]).await?;
    let keys = rows
        .iter()
        .map(|row| {
            let person: Uuid = column(row, 1)?;
            Ok(DayKey { group, day: column(row, 0)?, person: person.into() })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    for keys in keys.chunks(AT_ONCE) {
        let stored = tx.days(keys).await?;
        let counts = count_days(counting, tx.messages(keys).await?);
        let days = keys
            .iter()
            .map(|key| {
                let before = stored.get(key).copied().unwrap_or_default();
                let count = counts.get(key).copied().unwrap_or_default();
                (*key, before, Day { count, counted_under: under, ..before })
            })
            .collect();
        tx.save_days(days).await?;
    }
    Ok(())
}
