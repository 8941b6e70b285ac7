mod forget_request_keys;
mod forget_sessions;
mod issue_token;
mod log_in;

pub use forget_request_keys::{ForgetRequestKeys, ForgetRequestKeysRefusal};
pub use forget_sessions::{ForgetSessions, ForgetSessionsRefusal};
pub use issue_token::{IssueToken, IssueTokenRefusal};
pub use log_in::{LogIn, LogInRefusal, ProvenBy};
