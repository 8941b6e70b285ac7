use qun_domain::access::{Account, Actor};
use qun_domain::fault::Fault;

use super::{Access, accounts};
use crate::db::{OrgScope, SystemTx};

impl Access {
    /// The account that acts; `None` when it is the operator or a job.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn account_of(&self, scope: &OrgScope) -> Result<Option<Account>, Fault> {
        let Actor::Account { id, .. } = scope.actor() else { return Ok(None) };
        let door = SystemTx::begin(&self.db).await?;
        let account = accounts::of_id(&door, *id).await?;
        door.commit().await?;
        Ok(account)
    }
}
