use chrono::NaiveDate;
use qun_domain::fault::Fault;
use qun_domain::id::GroupId;
use sea_orm::prelude::Uuid;

use crate::activity::{GroupDay, count};
use crate::db::{TenantSql, column};

/// The days of a group that are asked for, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupDays {
    /// The group.
    pub group: GroupId,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// The days between `from` and `to` on which anything happened, of many groups with one
/// statement, in order of day.
///
/// # Errors
/// A fault when the database fails.
pub async fn days_of_groups(
    sql: &impl TenantSql,
    groups: &[GroupId],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(GroupId, GroupDay)>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT group_id, day, messages, speakers, presence FROM group_day
                 WHERE org_id = $1 AND group_id {} AND day >= $3 AND day <= $4 ORDER BY day",
                dialect.is_one_of_ids(2)
            ),
            vec![dialect.ids(groups.iter().copied()), from.into(), to.into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let group: Uuid = column(row, 0)?;
            let day = GroupDay {
                day: column(row, 1)?,
                messages: count(row, 2)?,
                speakers: count(row, 3)?,
                presence: count(row, 4)?,
            };
            Ok((group.into(), day))
        })
        .collect()
}
