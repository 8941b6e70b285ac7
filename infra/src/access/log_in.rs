use qun_domain::access::{Account, Client, Email, LogIn, LogInRefusal, ProvenBy, SessionEnd};
use qun_domain::command::Failure;
use qun_domain::fault::Fault;
use qun_domain::id::{IdentityProviderId, OrgId, SessionId};
use qun_domain::tenancy::{Organization, Slug};
use qun_domain::time::Timestamp;
use tracing::info;

use super::everywhere::By;
use super::operator::account_scope;
use super::proving::proving;
use super::second_factor::{Activated, Enrollment, Factor, SecondFactorProblem};
use super::sessions::{Ending, Which};
use super::token::InSession;
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

/// What somebody brings who wants to log in. It cannot be printed, as it holds a password.
#[derive(Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// The address of the account.
    pub email: &'a str,
    /// Its password.
    pub password: &'a str,
    /// Where to; may be left out by who belongs to one organization alone.
    pub organization: Option<&'a Slug>,
    /// A code of its second factor: of its authenticator app, or a recovery code.
    pub code: Option<&'a str>,
    /// A code of the secret that [`LogInProblem::SecondFactorMissing`] gave.
    pub enrollment_code: Option<&'a str>,
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
    /// The recovery codes of a second factor that was activated by this log-in, shown this once.
    pub recovery_codes: Option<Vec<String>>,
}

/// By what a session is begun, which still has to hold when it has.
pub(super) enum Proof {
    /// The password; its hash.
    Password(String),
    /// A session of the account.
    Session(OrgId, SessionId),
    /// A letter, and the password that it was answered with; the hash of that.
    Mail(String),
    /// The provider of the organization. [`LogIn`] looks whether it still is.
    Provider(IdentityProviderId),
}

impl Proof {
    const fn by(&self) -> ProvenBy {
        match self {
            Self::Password(_) => ProvenBy::Password,
            Self::Session(..) => ProvenBy::Session,
            Self::Mail(_) => ProvenBy::Mail,
            Self::Provider(_) => ProvenBy::Provider,
        }
    }

    const fn provider(&self) -> Option<IdentityProviderId> {
        match self {
            Self::Provider(id) => Some(*id),
            Self::Password(_) | Self::Session(..) | Self::Mail(_) => None,
        }
    }
}

/// An account that is not let in without a second factor.
#[derive(Clone, Copy)]
struct Enrolling<'a> {
    account: &'a Account,
    email: &'a Email,
    hash: &'a str,
    by: By<'a>,
}

/// Why nobody was logged in.
#[derive(Debug)]
pub enum LogInProblem {
    /// No account has this address and password and belongs to this organization;
    /// which of the three is not told.
    BadCredentials,
    /// The account belongs to several organizations and none was named.
    ChooseOrganization(Vec<Organization>),
    /// The password is right, the account has a second factor, and no code was given.
    SecondFactorRequired,
    /// The code is wrong, or was used.
    BadSecondFactor,
    /// The organization requires a second factor, and the account has none: here is one, which
    /// another log-in confirms.
    SecondFactorMissing(Option<Enrollment>),
    /// The code does not confirm the second factor that was given.
    BadEnrollmentCode,
    /// Too many tries failed for this address, of mail or of network.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// Something beneath broke.
    Fault(Fault),
}

proving!(LogInProblem { password: BadCredentials, no_code: SecondFactorRequired, code: BadSecondFactor });

impl From<SecondFactorProblem> for LogInProblem {
    fn from(problem: SecondFactorProblem) -> Self {
        match problem {
            SecondFactorProblem::Throttled { retry_after_seconds } => Self::Throttled { retry_after_seconds },
            SecondFactorProblem::BadCode => Self::BadEnrollmentCode,
            // Meanwhile somebody else confirmed one, or changed the password.
            SecondFactorProblem::Active => Self::SecondFactorRequired,
            SecondFactorProblem::WrongPassword
            | SecondFactorProblem::NoSession
            | SecondFactorProblem::NotActive => Self::BadCredentials,
            SecondFactorProblem::NotBegun => Self::SecondFactorMissing(None),
            SecondFactorProblem::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Why a password proves nothing.
#[derive(Debug)]
pub(super) enum ProofProblem {
    /// No account has this address and password.
    Wrong,
    /// Too many tries failed for this address, of mail or of network.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for ProofProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Access {
    /// Logs an account in to the organization named, or to its only one, by its password alone.
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
        let given = Credentials { email, password, organization: org, ..Credentials::default() };
        self.log_in_with(given, caller).await
    }

    /// Logs an account in to the organization named, or to its only one: a session begins.
    ///
    /// Whether the account has a second factor, and what it belongs to, is told after the right
    /// password alone. The code is used up last, so that whoever has to choose an organization
    /// still has it.
    ///
    /// # Errors
    /// See [`LogInProblem`].
    pub async fn log_in_with(
        &self,
        given: Credentials<'_>,
        caller: &Caller,
    ) -> Result<LoggedIn, LogInProblem> {
        let email: Email = given.email.parse().map_err(|_| LogInProblem::BadCredentials)?;
        let (account, hash) = self.prove(&email, given.password, caller.client.address.as_deref()).await?;
        let checked = self.check_code(account.id, &email, given.code).await?;
        let organization = self.seat(&account, given.organization).await?;
        let factor = match checked {
            Some(checked) => Some(self.use_up_now(account.id, checked).await?),
            None => None,
        };
        let let_in = async |factor| {
            let proof = Proof::Password(hash.clone());
            self.let_in(account.clone(), organization.clone(), proof, factor, caller).await
        };
        let logged_in = match let_in(factor).await {
            Err(LogInProblem::SecondFactorMissing(_)) => {
                let by = By::Itself(caller.request_id.as_deref());
                let enrolling = Enrolling { account: &account, email: &email, hash: &hash, by };
                let activated = self.enroll(enrolling, given.enrollment_code).await?;
                let logged_in = let_in(Some(activated.factor)).await?;
                LoggedIn { recovery_codes: Some(activated.recovery_codes), ..logged_in }
            }
            outcome => outcome?,
        };
        self.forget_tries(&email, caller).await;
        Ok(logged_in)
    }

    /// The second factor of an account that is not let in without one: confirmed by a code, or
    /// shown to be confirmed.
    async fn enroll(&self, enrolling: Enrolling<'_>, code: Option<&str>) -> Result<Activated, LogInProblem> {
        let Enrolling { account, email, hash, by } = enrolling;
        if let Some(code) = code {
            match self.confirm_enrollment(account.id, email, hash, code, by).await {
                Err(SecondFactorProblem::NotBegun) => {}
                outcome => return Ok(outcome?),
            }
        }
        let enrollment = self.begin_enrollment(account, email, hash, by).await?;
        Err(LogInProblem::SecondFactorMissing(Some(enrollment)))
    }

    /// The session that has begun, if what it was begun by still holds: a password or a second
    /// factor that was changed meanwhile, or a session that was ended, began nothing. Whoever
    /// changes or ends holds the account ([`Access::end_sessions`]) and so waits for this look,
    /// and then finds the session; or this look waits, and then finds the change.
    pub(super) async fn stands(
        &self,
        logged_in: LoggedIn,
        proof: Proof,
        factor: Option<Factor>,
        request_id: Option<&str>,
    ) -> Result<LoggedIn, LogInProblem> {
        let account = logged_in.account.id;
        let door = SystemTx::begin(&self.db).await?;
        let hash = accounts::hold(&door, account).await?;
        let stands = match proof {
            Proof::Password(proven) | Proof::Mail(proven) => hash == Some(proven),
            Proof::Session(org, session) => sessions::is_open(&door, org, session).await?,
            Proof::Provider(_) => true,
        };
        if stands && self.factor_stands(&door, account, factor).await? {
            door.commit().await?;
            return Ok(logged_in);
        }
        let which = Which::One(logged_in.session);
        let (why, by) = (SessionEnd::Revoked, By::Itself(request_id));
        self.end_sessions(door, Ending { account, which, why, by }).await?;
        Err(LogInProblem::BadCredentials)
    }

    /// Begins a session of an account that has proven who it is.
    pub(super) async fn let_in(
        &self,
        account: Account,
        organization: Organization,
        proof: Proof,
        factor: Option<Factor>,
        caller: &Caller,
    ) -> Result<LoggedIn, LogInProblem> {
        let request_id = caller.request_id.as_deref();
        let scope = account_scope(organization.id, account.id, request_id);
        let expires_at = self.session_end(self.clock.now());
        let (mut session, token) =
            sessions::begin(&self.ids, organization.id, expires_at, caller.client.clone());
        session.second_factor = factor.map(|factor| factor.by);
        session.provider = proof.provider();
        let log_in = InSession { id: token.session, is_confined: session.provider.is_some() };
        let command = LogIn { account: account.id, by: proof.by(), session };
        self.writer.execute(&scope, command).await.map_err(refused)?;
        let session = token.session;
        let issued = self.issue(account.id, organization.id, Some(log_in), self.settings.token_life).await?;
        let logged_in = LoggedIn {
            access_token: issued.access_token,
            expires_at: issued.expires_at,
            refresh_token: token.reveal(),
            session,
            organization,
            account,
            recovery_codes: None,
        };
        self.stands(logged_in, proof, factor, request_id).await
    }

    /// The account that the password belongs to, and the hash that proved it.
    pub(super) async fn prove(
        &self,
        email: &Email,
        password: &str,
        address: Option<&str>,
    ) -> Result<(Account, String), ProofProblem> {
        let turn = self.passwords.turn().await?;
        self.throttle
            .admit(email, address)
            .await
            .map_err(|retry_after_seconds| ProofProblem::Throttled { retry_after_seconds })?;

        let found = accounts::find(&self.db, email).await?;
        let hash = found.as_ref().map(|(_, hash)| hash.clone());
        let is_proven = turn.verify(hash, password).await?;
        if !is_proven && let Some((account, _)) = &found {
            info!(account.id = %account.id, "a log-in with a wrong password");
        }
        found.filter(|_| is_proven).ok_or(ProofProblem::Wrong)
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

/// A membership that ended between the look-up and the log-in was none; so with a provider.
fn refused(failure: Failure<LogInRefusal>) -> LogInProblem {
    match failure {
        Failure::Refused(LogInRefusal::SecondFactorMissing) => LogInProblem::SecondFactorMissing(None),
        Failure::Refused(LogInRefusal::NotAMember | LogInRefusal::NotTheProvider)
        | Failure::Forbidden(_)
        | Failure::Proposed(_) => LogInProblem::BadCredentials,
        Failure::Fault(fault) => LogInProblem::Fault(fault),
    }
}
