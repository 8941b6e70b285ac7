mod forget_request_keys;
mod issue_token;
mod log_in;

pub use forget_request_keys::{ForgetRequestKeys, ForgetRequestKeysRefusal};
pub use issue_token::{IssueToken, IssueTokenRefusal};
pub use log_in::{LogIn, LogInRefusal};
