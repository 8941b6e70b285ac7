//! Accounts, passwords, second factors, identity providers, tokens.

mod accounts;
mod add_account;
mod api_keys;
pub(crate) mod assignments;
mod audit;
mod authenticate;
mod changes;
mod create_organization;
mod everywhere;
mod invitations;
mod keys;
mod letters;
mod log_in;
mod mailed;
mod members;
mod named_secret;
mod new_password;
mod operator;
mod own_sessions;
mod passwords;
mod post;
mod proposals;
mod provider;
mod proving;
mod recent;
mod refresh;
mod refresh_token;
mod ring;
mod second_factor;
mod sessions;
mod settings;
mod sign_up;
mod standing;
mod throttle;
mod token;
mod update_account;
mod verified;
mod viewer;
mod write;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use qun_domain::access::IssueToken;
use qun_domain::fault::Fault;
use serde_json::Value as Json;
use tokio::sync::Notify;

pub use add_account::{AddAccountRefusal, NewAccount};
pub use api_keys::{FreshKey, api_key, api_keys_page};
pub use authenticate::AuthProblem;
pub use create_organization::{CreateOrganizationRefusal, NewOrganization, create_organization};
pub use invitations::{AcceptProblem, Acceptor, ClaimProblem, FreshInvitation, Invited, Joined};
pub use log_in::{Caller, Credentials, LogInProblem, LoggedIn};
pub use mailed::LetterProblem;
pub use members::{members_by_email, members_by_id};
pub use new_password::NewPasswordProblem;
pub(crate) use operator::job_scope;
pub use operator::operator;
pub use own_sessions::SessionProblem;
pub use post::PostOffice;
pub use proposals::{ProposalPage, proposals_by_id, proposals_page};
pub use provider::{CameBack, LedAway, ProviderLogInProblem, ProviderProblem, identity_provider};
pub use refresh::{RefreshProblem, Refreshed};
pub use second_factor::{EndSecondFactorRefusal, Enrollment, SecondFactorProblem, SecondFactorState};
pub use sessions::SessionEntry;
pub use settings::AccessSettings;
pub use sign_up::SignUpProblem;
pub use throttle::network_of;
pub use token::{Claims, IssuedToken, TokenProblem};
pub use update_account::{AccountChange, LocaleChange, UpdateAccountProblem};

use api_keys::SeenKeys;

use crate::clock::Clock;
use crate::db::{Db, Writer};
use crate::ids::Ids;
use crate::outgoing::Outgoing;
use crate::redis::Redis;
use keys::Keys;
use passwords::Passwords;
use provider::Providers;
use standing::Standings;
use throttle::Throttle;
use verified::Verified;

/// Log-in, tokens and what stands behind them. Clones share keys, throttle and cache.
#[derive(Clone)]
pub struct Access {
    db: Db,
    clock: Clock,
    ids: Ids,
    writer: Writer,
    settings: Arc<AccessSettings>,
    keys: Arc<Keys>,
    passwords: Passwords,
    providers: Arc<Providers>,
    throttle: Arc<Throttle>,
    letter_throttle: Arc<Throttle>,
    /// Rung when a letter was asked for.
    letters_wait: Arc<Notify>,
    standings: Arc<Standings>,
    seen_keys: Arc<SeenKeys>,
    verified: Arc<Verified>,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Access({:?})", self.settings)
    }
}

impl Access {
    /// Loads the signing keys, making the first one of an installation.
    ///
    /// # Errors
    /// A fault when the database fails, a stored key cannot be read or tokens would
    /// outlive [`IssueToken::MAX_LIFE_SECONDS`].
    pub async fn open(db: &Db, clock: &Clock, ids: &Ids, settings: AccessSettings) -> Result<Self, Fault> {
        if settings.token_life.as_secs() > IssueToken::MAX_LIFE_SECONDS {
            return Err(Fault::new("the life of tokens is set beyond that of the keys that verify them"));
        }
        let outgoing = Outgoing::new(settings.private_providers)?;
        let providers = Providers::new(outgoing, settings.private_providers, &settings.front_url);
        Ok(Self {
            db: db.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            writer: Writer::new(db.clone(), clock.clone(), ids.clone()),
            settings: Arc::new(settings),
            keys: Arc::new(Keys::load(db, clock, ids).await?),
            passwords: Passwords::default(),
            providers: Arc::new(providers),
            throttle: Arc::new(Throttle::log_in(clock.clone(), None)),
            letter_throttle: Arc::new(Throttle::letters(clock.clone(), None)),
            letters_wait: Arc::default(),
            standings: Arc::default(),
            seen_keys: Arc::default(),
            verified: Arc::default(),
        })
    }

    /// The same, counting tries and letters together with the other servers on this Redis, and
    /// telling them at once when somebody may do more or less.
    #[must_use]
    pub fn sharing(mut self, redis: Redis) -> Self {
        self.throttle = Arc::new(Throttle::log_in(self.clock.clone(), Some(redis.clone())));
        self.letter_throttle = Arc::new(Throttle::letters(self.clock.clone(), Some(redis.clone())));
        changes::share(self.db.clone(), self.clock.clone(), redis);
        self
    }

    /// The public halves of the keys that tokens are verified with (RFC 7517).
    pub async fn jwks(&self) -> Json {
        self.keys.ring().await.jwks()
    }

    /// Retires the signing key and makes a new one. Tokens of the old one stay good
    /// until they expire; other processes sign with the new one within five minutes.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn rotate_signing_key(&self) -> Result<(), Fault> {
        self.keys.rotate(&self.ids).await
    }
}
