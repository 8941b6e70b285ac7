use serde_json::json;

use crate::access::{Capability, FactorProof, NewSession, ProvidersPort};
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::id::AccountId;

/// Lets an account that has proven who it is into one of its organizations: a session begins.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// The account.
    pub account: AccountId,
    /// How it was proven.
    pub by: ProvenBy,
    /// The session that begins.
    pub session: NewSession,
}

/// How an account proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvenBy {
    /// By its password.
    Password,
    /// By a session in another of its organizations.
    Session,
    /// By a letter to its address.
    Mail,
    /// By the identity provider of the organization.
    Provider,
}

impl ProvenBy {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "PASSWORD",
            Self::Session => "SESSION",
            Self::Mail => "MAIL",
            Self::Provider => "PROVIDER",
        }
    }
}

/// Why an account was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogInRefusal {
    /// It does not belong to the organization.
    NotAMember,
    /// The organization requires a second factor, and none was proven.
    SecondFactorMissing,
    /// The organization has another identity provider by now, or none.
    NotTheProvider,
}

impl<Tx: ProvidersPort> Command<Tx> for LogIn {
    const NAME: &'static str = "access.log_in";
    const CAPABILITY: Capability = Capability::Read;
    type Out = ();
    type Refusal = LogInRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<(), LogInRefusal> {
        tx.standing_of(self.account).await?.or_refuse(LogInRefusal::NotAMember)?;
        // Whoever removes the provider waits for this, and then finds the session.
        if let Some(provider) = self.session.provider {
            tx.has_provider(provider).await?.then_some(()).or_refuse(LogInRefusal::NotTheProvider)?;
        }
        let factor = self.session.second_factor;
        if factor.is_none() && tx.requires_second_factor().await? {
            return Err(Failure::Refused(LogInRefusal::SecondFactorMissing));
        }
        tx.add_session(self.account, &self.session).await?;
        let detail = json!({
            "by": self.by.code(),
            "secondFactor": factor.map(FactorProof::code),
            "session": self.session.id.to_string(),
        });
        tx.audit(format!("account:{}", self.account), detail);
        Ok(())
    }
}
