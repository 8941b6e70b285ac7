use std::future::Future;

use super::{Identity, IdentityProvider, Issuer, NewProvider, Subject};
use crate::access::SecondFactorPort;
use crate::fault::Fault;
use crate::id::{AccountId, IdentityProviderId};

/// The identity provider of this organization, and whom it knows.
pub trait ProvidersPort: SecondFactorPort {
    /// The provider, held until the commit.
    fn provider(&mut self) -> impl Future<Output = Result<Option<IdentityProvider>, Fault>> + Send;

    /// Whether the provider is this one. It stays so until the commit.
    fn has_provider(&mut self, id: IdentityProviderId) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Sets a provider where there is none.
    fn add_provider(&mut self, provider: &NewProvider) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Writes another secret of the provider that there is.
    fn change_secret(&mut self, provider: &NewProvider) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Removes the provider, and all log-ins that are under way.
    fn remove_provider(&mut self) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Ends the sessions that a provider began; how many there were.
    fn end_sessions_of_provider(&mut self) -> impl Future<Output = Result<u64, Fault>> + Send;

    /// The account that a provider knows under a subject.
    fn identity(
        &mut self,
        issuer: &Issuer,
        subject: &Subject,
    ) -> impl Future<Output = Result<Option<AccountId>, Fault>> + Send;

    /// Whether a provider knows an account, under whatever subject.
    fn is_linked(
        &mut self,
        issuer: &Issuer,
        account: AccountId,
    ) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Keeps who an account is.
    fn link(&mut self, identity: &Identity) -> impl Future<Output = Result<(), Fault>> + Send;
}
