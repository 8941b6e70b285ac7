//! Rows of leaves, and when members were away.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, LeaveId};
use qun_domain::team::{DaySpan, Leave, LeaveNote, LeavePort};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;

use crate::db::{OrgTx, TenantSql, Union, column, one_row, timestamp, timestamp_or_none};

const LEAVE: &str = "id, account_id, first_day, last_day, note, cancelled_at";

fn leave(row: &QueryResult) -> Result<Leave, Fault> {
    Ok(Leave {
        id: LeaveId(column(row, 0)?),
        account: AccountId(column(row, 1)?),
        days: DaySpan { first: column(row, 2)?, last: column(row, 3)? },
        note: column(row, 4)?,
        cancelled_at: timestamp_or_none(row, 5)?,
    })
}

/// A page of the leaves of a member, the last recorded first, also those that were cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeavePage {
    /// Whose.
    pub account: AccountId,
    /// Those recorded before this one.
    pub after: Option<LeaveId>,
    /// At most so many.
    pub limit: u32,
}

/// The leaves of each page, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn leave_pages(sql: &impl TenantSql, pages: &[LeavePage]) -> Result<Vec<Vec<Leave>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let account = union.bind(page.account.0);
        let older = |id: LeaveId| format!(" AND id < {}", union.bind(id.0));
        let older = page.after.map(older).unwrap_or_default();
        let limit = union.bind(i64::from(page.limit));
        union.select(
            LEAVE,
            &format!(
                "FROM leave_of_member WHERE org_id = $1 AND account_id = {account}{older} ORDER BY id DESC LIMIT {limit}"
            ),
        );
    }
    union.pages_by(sql, 6, leave, |leave| std::cmp::Reverse(leave.id)).await
}

/// When members were on leave or suspended, as far as a day of it lies from `from` on and before
/// `to`: with as many statements for many members as for one. A suspension takes the day on which
/// it began, and not the one on which it ended.
///
/// # Errors
/// A fault when the database fails.
pub async fn away(
    sql: &impl TenantSql,
    accounts: &[AccountId],
    (from, to): (NaiveDate, NaiveDate),
    zone: Tz,
) -> Result<HashMap<AccountId, Vec<DaySpan>>, Fault> {
    let dialect = sql.dialect();
    let ids = || dialect.ids(accounts.iter().map(|id| id.0));
    let set = dialect.is_one_of_ids(2);
    let text = format!(
        "SELECT {LEAVE} FROM leave_of_member
         WHERE org_id = $1 AND account_id {set} AND cancelled_at IS NULL AND last_day >= $3 AND first_day < $4
         ORDER BY first_day, id"
    );
    let mut found: HashMap<AccountId, Vec<DaySpan>> = HashMap::new();
    for row in sql.rows(&text, vec![ids(), from.into(), to.into()]).await? {
        let leave = leave(&row)?;
        found.entry(leave.account).or_default().push(leave.days);
    }
    let text = format!(
        "SELECT account_id, kind, at FROM ladder_step
         WHERE org_id = $1 AND account_id {set} AND kind IN ('SUSPENDED', 'REINSTATED', 'LEFT') ORDER BY id"
    );
    let mut since: HashMap<AccountId, NaiveDate> = HashMap::new();
    let mut push = |account: AccountId, first: NaiveDate, end: NaiveDate| {
        let last = end.checked_sub_days(Days::new(1)).unwrap_or(end);
        if first <= last && last >= from && first < to {
            found.entry(account).or_default().push(DaySpan { first, last });
        }
    };
    for row in sql.rows(&text, vec![ids()]).await? {
        let account = AccountId(column(&row, 0)?);
        let kind: String = column(&row, 1)?;
        let day = timestamp(&row, 2)?.local_date(zone);
        if kind == "SUSPENDED" {
            since.insert(account, day);
        } else if let Some(first) = since.remove(&account) {
            push(account, first, day);
        }
    }
    for (account, first) in since {
        push(account, first, to);
    }
    Ok(found)
}

impl LeavePort for OrgTx {
    async fn leave(&mut self, id: LeaveId) -> Result<Option<Leave>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!("SELECT {LEAVE} FROM leave_of_member WHERE org_id = $1 AND id = $2{lock}");
        self.rows(&text, vec![id.0.into()]).await?.first().map(leave).transpose()
    }

    async fn leaves_meeting(&mut self, account: AccountId, days: DaySpan) -> Result<Vec<Leave>, Fault> {
        let text = format!(
            "SELECT {LEAVE} FROM leave_of_member
             WHERE org_id = $1 AND account_id = $2 AND cancelled_at IS NULL AND last_day >= $3 AND first_day <= $4"
        );
        let params: Vec<Value> = vec![account.0.into(), days.first.into(), days.last.into()];
        self.rows(&text, params).await?.iter().map(leave).collect()
    }

    async fn add_leave(
        &mut self,
        account: AccountId,
        days: DaySpan,
        note: Option<&LeaveNote>,
    ) -> Result<Leave, Fault> {
        let note = note.map(ToString::to_string);
        let leave = Leave { id: self.new_id(), account, days, note, cancelled_at: None };
        self.run(
            "INSERT INTO leave_of_member (org_id, id, account_id, first_day, last_day, note, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            vec![
                leave.id.0.into(),
                account.0.into(),
                days.first.into(),
                days.last.into(),
                leave.note.clone().into(),
                self.scope().actor().to_string().into(),
                self.now().millis().into(),
            ],
        )
        .await?;
        Ok(leave)
    }

    async fn cancel_leave(&mut self, leave: Leave) -> Result<Leave, Fault> {
        let now: Timestamp = self.now();
        let sql = "UPDATE leave_of_member SET cancelled_at = $3 WHERE org_id = $1 AND id = $2";
        one_row(self.run(sql, vec![leave.id.0.into(), now.millis().into()]).await?, "cancelling a leave")?;
        Ok(Leave { cancelled_at: Some(now), ..leave })
    }
}
