//! Who may do what: accounts, the actor, capabilities.

mod api_key;
mod assignment;
mod credential;
mod mailed;
mod model;
mod port;
mod power;
mod proposal;
mod provider;
mod second_factor;
mod session;
mod use_case;

pub use api_key::{ApiKey, BadScopes, KeyScope, KeyScopes, NewApiKey};
pub use assignment::*;
pub use credential::{BadEmail, Email, Password, WeakPassword};
pub use mailed::{MailPurpose, UnknownPurpose, mail_again_after};
pub use model::*;
pub use port::{AccountsPort, ApiKeysPort, AuditPort, ProposalsPort, RequestKeysPort, SessionsPort};
pub use power::{Capability, Power, Rule, rules};
pub use proposal::*;
pub use provider::*;
pub use second_factor::{
    ActiveFactor, ENROLLMENT, FactorProof, GivenCode, GoodCode, NoCode, RECOVERY_CODES, RecoveryCode,
    SecondFactor, SecondFactorPort, TotpSecret,
};
pub use session::*;
pub use use_case::*;
