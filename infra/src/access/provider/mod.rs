//! Log-in by an identity provider of the organization's own (OpenID Connect): away to it, and back
//! with a code. What is asked of the provider is asked outside of all transactions.

mod complete;
mod exchange;
mod port;
mod rows;
mod token;

use qun_domain::access::{Issuer, UnderWay};
use qun_domain::fault::Fault;
use qun_domain::id::IdentityProviderId;
use qun_domain::tenancy::Slug;
use qun_domain::time::Timestamp;

pub use complete::CameBack;
pub use exchange::ProviderProblem;
pub(super) use exchange::Providers;
pub use port::identity_provider;

use super::second_factor::FactorProblem;
use super::{Access, Caller, LogInProblem};
use crate::db::SystemTx;
use crate::tenancy::organization_by_slug;

/// Where somebody goes who begins to log in.
#[derive(Clone, Debug)]
pub struct LedAway {
    /// The address at the provider.
    pub authorization_url: String,
    /// What stays in the browser, and is given in with what it comes back with.
    pub secret: String,
    /// Until when it has to be back.
    pub expires_at: Timestamp,
}

/// Why nobody was led away to a provider, or nobody who came back was logged in.
#[derive(Debug)]
pub enum ProviderLogInProblem {
    /// There is no such organization, or it has no provider.
    NoProvider,
    /// The invitation that was brought along opens nothing.
    BadInvitation,
    /// The provider did not do its part.
    Provider(ProviderProblem),
    /// Nothing is under way that this state and this secret belong to, or not any more.
    Over,
    /// Nobody here; whether there is an account elsewhere, is not told.
    NotAMember,
    /// There is an account of the invited address, which accepts by its password first.
    ProveFirst,
    /// Whoever invited may not invite to this any more.
    NobodyStandsForIt,
    /// The account has a second factor, and no code was given.
    SecondFactorRequired,
    /// The code is wrong, or was used.
    BadSecondFactor,
    /// The organization requires a second factor, and the account has none.
    SecondFactorMissing,
    /// Too many tries from this network address, or with a wrong code.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for ProviderLogInProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ProviderProblem> for ProviderLogInProblem {
    fn from(problem: ProviderProblem) -> Self {
        match problem {
            ProviderProblem::CodeRefused => Self::Over,
            problem => Self::Provider(problem),
        }
    }
}

impl From<FactorProblem> for ProviderLogInProblem {
    fn from(problem: FactorProblem) -> Self {
        match problem {
            FactorProblem::Required => Self::SecondFactorRequired,
            FactorProblem::Bad => Self::BadSecondFactor,
            FactorProblem::Throttled { retry_after_seconds } => Self::Throttled { retry_after_seconds },
            FactorProblem::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<LogInProblem> for ProviderLogInProblem {
    fn from(problem: LogInProblem) -> Self {
        match problem {
            LogInProblem::SecondFactorMissing(_) => Self::SecondFactorMissing,
            LogInProblem::SecondFactorRequired => Self::SecondFactorRequired,
            LogInProblem::BadSecondFactor | LogInProblem::BadEnrollmentCode => Self::BadSecondFactor,
            LogInProblem::Throttled { retry_after_seconds } => Self::Throttled { retry_after_seconds },
            // Meanwhile the membership, the provider or the second factor was changed.
            LogInProblem::BadCredentials | LogInProblem::ChooseOrganization(_) => Self::NotAMember,
            LogInProblem::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Access {
    /// Whether a provider can be used: it describes itself, under the issuer that it was called by.
    ///
    /// # Errors
    /// See [`ProviderProblem`].
    pub async fn try_provider(&self, issuer: &Issuer) -> Result<(), ProviderProblem> {
        self.providers.discover(issuer).await.map(|_| ())
    }

    /// The id of a provider that is about to be set.
    pub fn fresh_provider(&self) -> IdentityProviderId {
        self.ids.make()
    }

    /// Where a provider sends people back to: to be registered there.
    pub fn redirect_uri(&self) -> String {
        self.providers.redirect_uri()
    }

    /// Leads somebody away to the provider of the organization named, or of the one that the
    /// invitation is into which he brings along.
    ///
    /// # Errors
    /// See [`ProviderLogInProblem`].
    pub async fn begin_provider_log_in(
        &self,
        organization: Option<&Slug>,
        invitation: Option<&str>,
        caller: &Caller,
    ) -> Result<LedAway, ProviderLogInProblem> {
        use ProviderLogInProblem as Problem;
        self.admit_from(caller).await?;
        let invited = match invitation {
            Some(secret) => Some(self.invited(secret).await?.ok_or(Problem::BadInvitation)?),
            None => None,
        };
        let found = match (&invited, organization) {
            (Some(invited), None) => Some(invited.organization.clone()),
            (Some(invited), Some(slug)) if invited.organization.slug != slug.as_str() => {
                return Err(Problem::BadInvitation);
            }
            (_, Some(slug)) => organization_by_slug(&self.db, slug).await?,
            (None, None) => None,
        };
        let organization = found.ok_or(Problem::NoProvider)?;
        let door = SystemTx::begin(&self.db).await?;
        let confided = rows::confided(&door, organization.id).await?;
        door.commit().await?;
        let confided = confided.ok_or(Problem::NoProvider)?;

        let invitation = invited.map(|invited| (invited.invitation.id, invited.secret_hash));
        let now = self.clock.now();
        let begun = rows::begin(&self.ids, organization.id, confided.provider.id, invitation, now);
        let authorization_url =
            self.providers.authorization_url(&confided, &begun.way, begun.state.clone()).await?;
        let door = SystemTx::begin(&self.db).await?;
        let is_kept = rows::add(&door, organization.id, &begun.way).await?;
        door.commit().await?;
        is_kept.then_some(()).ok_or(Problem::NoProvider)?;
        let expires_at = now.plus_millis(UnderWay::LIFE);
        Ok(LedAway { authorization_url, secret: begun.secret, expires_at })
    }

    /// Counts a try from a network address. No account is known yet that it could be for.
    async fn admit_from(&self, caller: &Caller) -> Result<(), ProviderLogInProblem> {
        let admitted = self.throttle.admit_from(caller.client.address.as_deref()).await;
        admitted.map_err(|retry_after_seconds| ProviderLogInProblem::Throttled { retry_after_seconds })
    }
}
