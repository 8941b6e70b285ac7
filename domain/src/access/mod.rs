//! Who may do what: accounts, the actor, capabilities.

mod credential;
mod model;
mod port;
mod session;
mod use_case;

pub use credential::{BadEmail, Email, Password, WeakPassword};
pub use model::*;
pub use port::{AccountsPort, AuditPort, RequestKeysPort, SessionsPort};
pub use session::*;
pub use use_case::*;
