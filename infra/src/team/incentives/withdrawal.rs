use qun_domain::access::Reason;
use qun_domain::fault::Fault;
use qun_domain::team::Withdrawal;
use sea_orm::QueryResult;

use crate::db::{OrgTx, column, timestamp_or_none};

/// Reads reason, actor and time from column `first` on.
pub(super) fn withdrawal(row: &QueryResult, first: usize) -> Result<Option<Withdrawal>, Fault> {
    let (reason, by): (Option<String>, Option<String>) = (column(row, first)?, column(row, first + 1)?);
    Ok(match (reason, by, timestamp_or_none(row, first + 2)?) {
        (Some(reason), Some(by), Some(at)) => Some(Withdrawal { reason, by, at }),
        _ => None,
    })
}

impl OrgTx {
    /// By who acts, now.
    pub(super) fn withdrawal(&self, reason: &Reason) -> Withdrawal {
        let by = self.scope().actor().to_string();
        Withdrawal { reason: reason.as_str().to_owned(), by, at: self.now() }
    }
}
