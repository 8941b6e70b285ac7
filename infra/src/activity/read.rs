//! Reads of activity for the API, exports and the other contexts.

use chrono::NaiveDate;
use qun_domain::fault::Fault;
use qun_domain::id::GroupId;

use super::map::count;
use crate::db::{TenantSql, column};

/// What happened in a group on one of its local days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupDay {
    /// The day.
    pub day: NaiveDate,
    /// Messages that are not deleted.
    pub messages: u32,
    /// Persons with at least one such message.
    pub speakers: u32,
    /// Messages, reactions and attendances, deleted or not.
    pub presence: u32,
}

/// The days of a group from `from` to `to`, both included, on which anything happened.
///
/// # Errors
/// A fault when the database fails.
pub async fn group_days(
    sql: &impl TenantSql,
    group: GroupId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<GroupDay>, Fault> {
    let rows = sql
        .rows(
            "SELECT day, messages, speakers, presence FROM group_day
             WHERE org_id = $1 AND group_id = $2 AND day >= $3 AND day <= $4 ORDER BY day",
            vec![group.0.into(), from.into(), to.into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(GroupDay {
                day: column(row, 0)?,
                messages: count(row, 1)?,
                speakers: count(row, 2)?,
                presence: count(row, 3)?,
            })
        })
        .collect()
}
