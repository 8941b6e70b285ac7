mod issue_token;
mod log_in;

pub use issue_token::{IssueToken, IssueTokenRefusal};
pub use log_in::{LogIn, LogInRefusal};
