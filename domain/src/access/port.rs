use std::future::Future;

use serde_json::Value;

use super::{ApiKey, Capability, NewApiKey, NewSession, Proposal, ProposalState, Standing, Suggestion};
use crate::command::{NotAdmitted, Outcome};
use crate::event::DomainEvent;
use crate::fault::Fault;
use crate::id::{AccountId, ApiKeyId, ProposalId};
use crate::scope::Scope;
use crate::time::Timestamp;

/// What every use case tells beside its own writes. The writer implements it.
pub trait AuditPort: Send {
    /// Names what the command changed, and how, for the audit log.
    fn audit(&mut self, target: String, detail: Value);

    /// Puts an event into the outbox, in this transaction.
    ///
    /// # Errors
    /// A fault when the event cannot be written as JSON.
    fn emit(&mut self, event: &impl DomainEvent) -> Result<(), Fault>;

    /// Asks for a capability at a scope that the steps have found: what
    /// [`crate::command::Place::Sought`] has promised.
    ///
    /// # Errors
    /// When the actor does not hold it there.
    fn admit(&mut self, capability: Capability, at: Scope) -> Result<(), NotAdmitted>;

    /// The account that acts; none for machines, the operator and jobs.
    fn acting(&self) -> Option<AccountId>;

    /// The instant of this transaction.
    fn now(&self) -> Timestamp;
}

/// The read that the use cases of this context need.
pub trait AccountsPort: AuditPort {
    /// What an account is in this organization; `None` when it is no member, or suspended.
    fn standing_of(
        &mut self,
        account: AccountId,
    ) -> impl Future<Output = Result<Option<Standing>, Fault>> + Send;
}

/// The sessions of this organization.
pub trait SessionsPort: AccountsPort {
    /// Opens a session of an account that belongs to the organization.
    fn add_session(
        &mut self,
        account: AccountId,
        session: &NewSession,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Removes sessions that have been over since before an instant, at most `limit`; how many
    /// there were.
    fn forget_sessions(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> impl Future<Output = Result<u64, Fault>> + Send;

    /// Removes log-ins by a provider that could have ended until before an instant, at most `limit`;
    /// how many there were.
    fn forget_log_ins(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> impl Future<Output = Result<u64, Fault>> + Send;
}

/// The keys by which machines come in.
pub trait ApiKeysPort: AuditPort {
    /// The key of this id, held until the commit.
    fn api_key(&mut self, id: ApiKeyId) -> impl Future<Output = Result<Option<ApiKey>, Fault>> + Send;

    /// Adds a key.
    fn add_api_key(&mut self, key: &NewApiKey) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Lets a key end at another time.
    fn end_api_key(&mut self, id: ApiKeyId, at: Timestamp) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Calls a key back, now.
    fn revoke_api_key(&mut self, id: ApiKeyId) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// Acts that were proposed.
pub trait ProposalsPort: AccountsPort {
    /// The proposal of this id, held until the commit.
    fn proposal(&mut self, id: ProposalId) -> impl Future<Output = Result<Option<Proposal>, Fault>> + Send;

    /// Closes the tasks to decide on a proposal; how many there were.
    fn settle_tasks(&mut self, id: ProposalId) -> impl Future<Output = Result<u32, Fault>> + Send;

    /// Runs the command of a proposal in this transaction, in the name of who approves it. The
    /// audit row is that of the command, and tells how many tasks were closed. An outcome that its
    /// steps refuse comes as its name.
    fn carry_out(
        &mut self,
        proposal: &Proposal,
        tasks_closed: u32,
    ) -> impl Future<Output = Outcome<(), String>> + Send;

    /// Keeps a command for who may approve it, in the name of the system, with the figures that
    /// speak for it; `None` where a proposal about this subject is open.
    fn suggest(
        &mut self,
        suggestion: Suggestion,
    ) -> impl Future<Output = Result<Option<ProposalId>, Fault>> + Send;

    /// When a proposal about this subject was last decided on.
    fn last_decided(
        &mut self,
        subject: &str,
    ) -> impl Future<Output = Result<Option<Timestamp>, Fault>> + Send;

    /// Writes what was decided on a proposal that is held.
    fn decide(
        &mut self,
        proposal: Proposal,
        state: ProposalState,
        reason: Option<&str>,
    ) -> impl Future<Output = Result<Proposal, Fault>> + Send;
}

/// The keys under which mutations were done once.
pub trait RequestKeysPort: AuditPort {
    /// Removes the oldest keys from before an instant, at most `limit`; how many there were.
    fn forget_request_keys(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> impl Future<Output = Result<u64, Fault>> + Send;
}
