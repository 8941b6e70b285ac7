//! Who may do what: accounts, the actor, capabilities.

mod api_key;
mod credential;
mod mailed;
mod model;
mod port;
mod session;
mod use_case;

pub use api_key::{ApiKey, BadScopes, KeyScope, KeyScopes, NewApiKey};
pub use credential::{BadEmail, Email, Password, WeakPassword};
pub use mailed::{MailPurpose, UnknownPurpose, mail_again_after};
pub use model::*;
pub use port::{AccountsPort, ApiKeysPort, AuditPort, RequestKeysPort, SessionsPort};
pub use session::*;
pub use use_case::*;
