use qun_domain::access::{Account, Client, Email, LogIn, LogInRefusal, ProvenBy, SessionEnd};
use qun_domain::command::Failure;
use qun_domain::fault::Fault;
use qun_domain::id::{OrgId, SessionId};
use qun_domain::tenancy::{Organization, Slug};
use qun_domain::time::Timestamp;
use tracing::info;

use super::operator::account_scope;
use super::sessions::{Ending, Which};
use super::{Access, accounts, sessions};
use crate::db::SystemTx;

/// Who comes, as far as that is known before anybody is logged in.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// From where.
    pub client: Client,
    /// The id under which the request is logged.
    pub request_id: Option<String>,
}

/// What a log-in gives.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The token to send with each request.
    pub access_token: String,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// What the next access token is given for, once.
    pub refresh_token: String,
    /// The log-in that began.
    pub session: SessionId,
    /// The one organization that the tokens are good for.
    pub organization: Organization,
    /// Who logged in.
    pub account: Account,
}

/// By what a session is begun, which still has to hold when it has.
pub(super) enum Proof {
    /// The password; its hash.
    Password(String),
    /// A session of the account.
    Session(OrgId, SessionId),
    /// A letter, and the password that it was answered with; the hash of that.
    Mail(String),
}

impl Proof {
    const fn by(&self) -> ProvenBy {
        match self {
            Self::Password(_) => ProvenBy::Password,
            Self::Session(..) => ProvenBy::Session,
            Self::Mail(_) => ProvenBy::Mail,
        }
    }
}

/// Why nobody was logged in.
#[derive(Debug)]
pub enum LogInProblem {
    /// No account has this address and password and belongs to this organization;
    /// which of the three is not told.
    BadCredentials,
    /// The account belongs to several organizations and none was named.
    ChooseOrganization(Vec<Organization>),
    /// Too many tries failed for this address, of mail or of network.
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
    /// Logs an account in to the organization named, or to its only one: a session begins.
    ///
    /// # Errors
    /// See [`LogInProblem`].
    pub async fn log_in(
        &self,
        email: &str,
        password: &str,
        org: Option<&Slug>,
        caller: &Caller,
    ) -> Result<LoggedIn, LogInProblem> {
        let email: Email = email.parse().map_err(|_| LogInProblem::BadCredentials)?;
        let address = caller.client.address.as_deref();
        let (account, hash) = self.prove(&email, password, address).await?;
        let organization = self.seat(&account, org).await?;
        self.throttle.forget(&email, address).await;
        self.let_in(account, organization, Proof::Password(hash), caller).await
    }

    /// The session that has begun, if what it was begun by still holds: a password that was
    /// changed meanwhile, or a session that was ended, began nothing. Whoever changes or ends
    /// holds the account ([`Access::end_sessions`]) and so waits for this look, and then finds
    /// the session; or this look waits, and then finds the change.
    pub(super) async fn stands(
        &self,
        logged_in: LoggedIn,
        proof: Proof,
        request_id: Option<&str>,
    ) -> Result<LoggedIn, LogInProblem> {
        let account = logged_in.account.id;
        let door = SystemTx::begin(&self.db).await?;
        let hash = accounts::hold(&door, account).await?;
        let stands = match proof {
            Proof::Password(proven) | Proof::Mail(proven) => hash == Some(proven),
            Proof::Session(org, session) => sessions::is_open(&door, org, session).await?,
        };
        if stands {
            door.commit().await?;
            return Ok(logged_in);
        }
        let which = Which::One(logged_in.session);
        self.end_sessions(door, Ending { account, which, why: SessionEnd::Revoked, request_id }).await?;
        Err(LogInProblem::BadCredentials)
    }

    /// Begins a session of an account that has proven who it is.
    pub(super) async fn let_in(
        &self,
        account: Account,
        organization: Organization,
        proof: Proof,
        caller: &Caller,
    ) -> Result<LoggedIn, LogInProblem> {
        let request_id = caller.request_id.as_deref();
        let scope = account_scope(organization.id, account.id, request_id);
        let expires_at = self.session_end(self.clock.now());
        let (session, token) = sessions::begin(&self.ids, organization.id, expires_at, caller.client.clone());
        let command = LogIn { account: account.id, by: proof.by(), session };
        self.writer.execute(&scope, command).await.map_err(refused)?;
        let session = token.session;
        let issued = self.issue(account.id, organization.id, Some(session), self.settings.token_life).await?;
        let logged_in = LoggedIn {
            access_token: issued.access_token,
            expires_at: issued.expires_at,
            refresh_token: token.reveal(),
            session,
            organization,
            account,
        };
        self.stands(logged_in, proof, request_id).await
    }

    /// The account that the password belongs to, and the hash that proved it.
    pub(super) async fn prove(
        &self,
        email: &Email,
        password: &str,
        address: Option<&str>,
    ) -> Result<(Account, String), LogInProblem> {
        let turn = self.passwords.turn().await?;
        self.throttle
            .admit(email, address)
            .await
            .map_err(|retry_after_seconds| LogInProblem::Throttled { retry_after_seconds })?;

        let found = accounts::find(&self.db, email).await?;
        let hash = found.as_ref().map(|(_, hash)| hash.clone());
        let is_proven = turn.verify(hash, password).await?;
        if !is_proven && let Some((account, _)) = &found {
            info!(account.id = %account.id, "a log-in with a wrong password");
        }
        found.filter(|_| is_proven).ok_or(LogInProblem::BadCredentials)
    }

    /// Where the account goes in.
    pub(super) async fn seat(
        &self,
        account: &Account,
        org: Option<&Slug>,
    ) -> Result<Organization, LogInProblem> {
        let mut seats = accounts::seats_of(&self.db, account.id).await?;
        if let Some(slug) = org {
            seats.retain(|(organization, _)| organization.slug == slug.as_str());
        }
        if seats.len() > 1 {
            let organizations = seats.into_iter().map(|(organization, _)| organization).collect();
            return Err(LogInProblem::ChooseOrganization(organizations));
        }
        seats.pop().map(|(organization, _)| organization).ok_or(LogInProblem::BadCredentials)
    }
}

/// A membership that ended between the look-up and the log-in was none.
fn refused(failure: Failure<LogInRefusal>) -> LogInProblem {
    match failure {
        Failure::Refused(LogInRefusal::NotAMember) | Failure::Forbidden(_) | Failure::Proposed(_) => {
            LogInProblem::BadCredentials
        }
        Failure::Fault(fault) => LogInProblem::Fault(fault),
    }
}
