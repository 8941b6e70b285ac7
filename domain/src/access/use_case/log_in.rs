use serde_json::json;

use crate::access::{AccountsPort, Capability, Role};
use crate::command::{Command, OrRefuse, Outcome};
use crate::id::AccountId;

/// Lets an account that has proven its password into one of its organizations.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// The account.
    pub account: AccountId,
}

/// Why an account was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogInRefusal {
    /// It does not belong to the organization.
    NotAMember,
}

impl<Tx: AccountsPort> Command<Tx> for LogIn {
    const NAME: &'static str = "access.log_in";
    const CAPABILITY: Capability = Capability::Read;
    type Out = Role;
    type Refusal = LogInRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Role, LogInRefusal> {
        let role = tx.role_of(self.account).await?.or_refuse(LogInRefusal::NotAMember)?;
        tx.audit(format!("account:{}", self.account), json!({ "role": role.code() }));
        Ok(role)
    }
}
