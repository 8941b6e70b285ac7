use serde_json::json;

use crate::access::{AccountsPort, Capability};
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::id::AccountId;

/// Allows the operator an access token in the name of an account.
#[derive(Clone, Debug)]
pub struct IssueToken {
    /// The account.
    pub account: AccountId,
    /// How long the token lives, in seconds.
    pub life_seconds: u64,
}

impl IssueToken {
    /// The longest life, in seconds: 90 days. A token cannot be called back, and a
    /// retired signing key is kept for verification this long.
    pub const MAX_LIFE_SECONDS: u64 = 90 * 24 * 60 * 60;
}

/// Why no token was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueTokenRefusal {
    /// No organization has this slug.
    NoSuchOrganization,
    /// No account has this e-mail address.
    NoSuchAccount,
    /// The account does not belong to the organization.
    NotAMember,
    /// The life is zero or above [`IssueToken::MAX_LIFE_SECONDS`].
    BadLife,
}

impl<Tx: AccountsPort> Command<Tx> for IssueToken {
    const NAME: &'static str = "access.issue_token";
    const CAPABILITY: Capability = Capability::ManageOrganization;
    type Out = ();
    type Refusal = IssueTokenRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<(), IssueTokenRefusal> {
        if !(1..=Self::MAX_LIFE_SECONDS).contains(&self.life_seconds) {
            return Err(Failure::Refused(IssueTokenRefusal::BadLife));
        }
        tx.standing_of(self.account).await?.or_refuse(IssueTokenRefusal::NotAMember)?;

        let detail = json!({ "lifeSeconds": self.life_seconds });
        tx.audit(format!("account:{}", self.account), detail);
        Ok(())
    }
}
