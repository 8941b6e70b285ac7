use qun_domain::access::{Account, Actor, Email, LogIn, LogInRefusal, Role};
use qun_domain::command::Failure;
use qun_domain::fault::Fault;
use qun_domain::tenancy::{Organization, Slug};
use qun_domain::time::Timestamp;
use tracing::info;

use super::{Access, accounts};
use crate::db::{OrgScope, SystemTx};

/// What a log-in gives.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The token to send with each request.
    pub access_token: String,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// The one organization that it is good for.
    pub organization: Organization,
    /// Who logged in.
    pub account: Account,
    /// Its role there.
    pub role: Role,
}

/// Why nobody was logged in.
#[derive(Debug)]
pub enum LogInProblem {
    /// No account has this address and password and belongs to this organization;
    /// which of the three is not told.
    BadCredentials,
    /// The account belongs to several organizations and none was named.
    ChooseOrganization(Vec<Organization>),
    /// Too many tries failed for this address.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for LogInProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Access {
    /// Logs an account in to the organization named, or to its only one.
    ///
    /// # Errors
    /// See [`LogInProblem`].
    pub async fn log_in(
        &self,
        email: &str,
        password: &str,
        org: Option<&Slug>,
        request_id: Option<&str>,
    ) -> Result<LoggedIn, LogInProblem> {
        let email: Email = email.parse().map_err(|_| LogInProblem::BadCredentials)?;
        let account = self.prove(&email, password).await?;
        let (organization, role) = self.seat(&account, org).await?;
        self.throttle.forget(&email);

        let mut scope = OrgScope::new(organization.id, Actor::Account { id: account.id, role });
        if let Some(id) = request_id {
            scope = scope.with_request_id(id);
        }
        let role = self.writer.execute(&scope, LogIn { account: account.id }).await.map_err(refused)?;
        let token = self.issue(account.id, organization.id, self.settings.token_life).await?;
        let (access_token, expires_at) = (token.access_token, token.expires_at);
        Ok(LoggedIn { access_token, expires_at, organization, account, role })
    }

    /// The account that the password belongs to.
    async fn prove(&self, email: &Email, password: &str) -> Result<Account, LogInProblem> {
        let turn = self.passwords.turn().await?;
        self.throttle
            .admit(email, self.clock.now())
            .map_err(|retry_after_seconds| LogInProblem::Throttled { retry_after_seconds })?;

        let door = SystemTx::begin(&self.db).await?;
        let found = accounts::account(&door, email).await?;
        door.commit().await?;
        let (account, hash) = found.unzip();
        let is_proven = turn.verify(hash, password).await?;
        if !is_proven && let Some(account) = &account {
            info!(account.id = %account.id, "a log-in with a wrong password");
        }
        account.filter(|_| is_proven).ok_or(LogInProblem::BadCredentials)
    }

    /// Where the account goes in.
    async fn seat(
        &self,
        account: &Account,
        org: Option<&Slug>,
    ) -> Result<(Organization, Role), LogInProblem> {
        let door = SystemTx::begin(&self.db).await?;
        let mut seats = accounts::seats(&door, account.id).await?;
        door.commit().await?;
        if let Some(slug) = org {
            seats.retain(|(organization, _)| organization.slug == slug.as_str());
        }
        if seats.len() > 1 {
            let organizations = seats.into_iter().map(|(organization, _)| organization).collect();
            return Err(LogInProblem::ChooseOrganization(organizations));
        }
        seats.pop().ok_or(LogInProblem::BadCredentials)
    }
}

/// A membership that ended between the look-up and the log-in was none.
fn refused(failure: Failure<LogInRefusal>) -> LogInProblem {
    match failure {
        Failure::Refused(LogInRefusal::NotAMember) | Failure::Forbidden(_) => LogInProblem::BadCredentials,
        Failure::Fault(fault) => LogInProblem::Fault(fault),
    }
}
