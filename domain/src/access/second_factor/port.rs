use std::future::Future;

use crate::access::SessionsPort;
use crate::fault::Fault;
use crate::id::SessionId;

/// What the organization asks of those who log in to it.
pub trait SecondFactorPort: SessionsPort {
    /// Whether a second factor is required. It stays so until the commit.
    fn requires_second_factor(&mut self) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Requires one from now on, or no more.
    fn require_second_factor(&mut self, required: bool) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Whether a session that is not over has proven one.
    fn has_second_factor(&mut self, session: SessionId) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Ends the sessions that have proven none; how many there were.
    fn end_sessions_without_second_factor(&mut self) -> impl Future<Output = Result<u64, Fault>> + Send;
}
