use qun_domain::access::{Account, Actor};
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;

use super::Access;
use crate::db::{OrgScope, SystemTx, column};

impl Access {
    /// The account that acts; `None` when it is the operator or a job.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn account_of(&self, scope: &OrgScope) -> Result<Option<Account>, Fault> {
        let Actor::Account { id, .. } = scope.actor() else { return Ok(None) };
        let door = SystemTx::begin(&self.db).await?;
        let rows =
            door.rows("SELECT id, email, display_name FROM account WHERE id = $1", vec![id.0.into()]).await?;
        door.commit().await?;
        let model = rows.first().map(|row| {
            let id = AccountId(column(row, 0)?);
            Ok(Account { id, email: column(row, 1)?, display_name: column(row, 2)? })
        });
        model.transpose()
    }
}
