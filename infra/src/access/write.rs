use qun_domain::access::{AccountsPort, Role};
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;

use super::roles::role_of;
use crate::db::OrgTx;

impl AccountsPort for OrgTx {
    async fn role_of(&mut self, account: AccountId) -> Result<Option<Role>, Fault> {
        role_of(&**self, account).await
    }
}
