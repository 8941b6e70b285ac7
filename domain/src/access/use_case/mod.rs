mod create_api_key;
mod decide_proposal;
mod forget_request_keys;
mod forget_sessions;
mod issue_token;
mod log_in;
mod require_second_factor;
mod revoke_api_key;
mod rotate_api_key;

pub use create_api_key::{CreateApiKey, CreateApiKeyRefusal};
pub use decide_proposal::{ApproveProposal, DecideProposalRefusal, RejectProposal, WithdrawProposal};
pub use forget_request_keys::{ForgetRequestKeys, ForgetRequestKeysRefusal};
pub use forget_sessions::{ForgetSessions, ForgetSessionsRefusal};
pub use issue_token::{IssueToken, IssueTokenRefusal};
pub use log_in::{LogIn, LogInRefusal, ProvenBy};
pub use require_second_factor::{RequireSecondFactor, RequireSecondFactorRefusal, SecondFactorRequired};
pub use revoke_api_key::{RevokeApiKey, RevokeApiKeyRefusal};
pub use rotate_api_key::{RotateApiKey, RotateApiKeyRefusal};
