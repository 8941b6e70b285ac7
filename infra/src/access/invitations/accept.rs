use qun_domain::access::{Account, Email, Password};
use qun_domain::command::Failure;
use qun_domain::fault::Fault;
use qun_domain::team::{AcceptInvitation, AcceptInvitationRefusal, Invitation};
use qun_domain::tenancy::{MAX_NAME_CHARS, Name, Organization};

use super::Invited;
use crate::access::accounts::{self, Candidate};
use crate::access::log_in::Proof;
use crate::access::operator::account_scope;
use crate::access::proving::proving;
use crate::access::second_factor::Factor;
use crate::access::sessions::own;
use crate::access::{Access, Caller, LogInProblem, LoggedIn};
use crate::db::{OrgScope, SystemTx};

/// Who accepts an invitation. It cannot be printed, as it may hold a password.
#[derive(Clone, Copy)]
pub enum Acceptor<'a> {
    /// The account of a session, in whatever organization.
    LoggedIn(&'a OrgScope),
    /// Who has a password, or chooses one.
    Password {
        /// The address of the account, where the invitation is a link.
        email: Option<&'a str>,
        /// The password of the account, or of the one that is made.
        password: &'a str,
        /// What others call the account that is made; its address, if nothing is said.
        name: Option<&'a str>,
        /// A code of the second factor of an account that has one.
        code: Option<&'a str>,
    },
}

/// Who joined.
#[derive(Clone, Debug)]
pub struct Joined {
    /// Into which organization.
    pub organization: Organization,
    /// Who.
    pub account: Account,
    /// The session that began there; none where the organization requires a second factor, which
    /// a log-in sets up.
    pub session: Option<LoggedIn>,
}

/// Why nobody joined.
#[derive(Debug)]
pub enum AcceptProblem {
    /// The secret opens no open invitation.
    BadSecret,
    /// It was sent to another address.
    OtherAddress,
    /// Whoever invited may not invite to this any more.
    NobodyStandsForIt,
    /// The account belongs to the team already.
    AlreadyMember,
    /// The address that the account of a link is to have is none.
    BadEmail,
    /// The password is not that of the account; or there is no account, and a link makes none.
    WrongPassword,
    /// The account has a second factor, and no code was given.
    SecondFactorRequired,
    /// The code is wrong, or was used.
    BadSecondFactor,
    /// The password of the account that is made is too short or too long.
    WeakPassword,
    /// Its name is blank or too long.
    BadName,
    /// Too many tries with a wrong password or code.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// Whoever acts did not log in.
    NoSession,
    /// Something beneath broke.
    Fault(Fault),
}

proving!(AcceptProblem { password: WrongPassword, no_code: SecondFactorRequired, code: BadSecondFactor });

impl From<Failure<AcceptInvitationRefusal>> for AcceptProblem {
    fn from(failure: Failure<AcceptInvitationRefusal>) -> Self {
        match failure {
            Failure::Refused(AcceptInvitationRefusal::OtherAddress) => Self::OtherAddress,
            Failure::Refused(AcceptInvitationRefusal::NobodyStandsForIt) => Self::NobodyStandsForIt,
            Failure::Refused(AcceptInvitationRefusal::AlreadyMember) => Self::AlreadyMember,
            Failure::Refused(AcceptInvitationRefusal::NotOpen)
            | Failure::Forbidden(_)
            | Failure::Proposed(_) => Self::BadSecret,
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// An account that has proven who it is.
pub(in crate::access) struct Proven {
    pub(in crate::access) account: Account,
    email: Email,
    proof: Proof,
    factor: Option<Factor>,
}

impl Access {
    /// Joins a team by the secret of an invitation, and logs who joined in. A letter proves its
    /// mailbox, which may so become an account; a link proves nothing, and takes an account that
    /// there is. A refusal leaves the invitation good.
    ///
    /// # Errors
    /// See [`AcceptProblem`].
    pub async fn accept_invitation(
        &self,
        secret: &str,
        by: Acceptor<'_>,
        caller: &Caller,
    ) -> Result<Joined, AcceptProblem> {
        let invited = self.invited(secret).await?.ok_or(AcceptProblem::BadSecret)?;
        let proven = match by {
            Acceptor::LoggedIn(scope) => self.by_session(scope).await?,
            Acceptor::Password { email, password, name, code } => {
                let email = address(&invited.invitation, email)?;
                if invited.has_account == Some(false) {
                    self.newcomer(email, password, name).await?
                } else {
                    self.by_password(email, password, code, caller).await?
                }
            }
        };
        self.join_team(&invited, &proven, caller).await?;
        let Proven { account, email, proof, factor } = proven;
        let organization = invited.organization;
        self.forget_tries(&email, caller).await;
        let entered = self.let_in(account.clone(), organization.clone(), proof, factor, caller).await;
        let session = match entered {
            Ok(session) => Some(session),
            Err(LogInProblem::Fault(fault)) => return Err(fault.into()),
            // Whatever else keeps it out at this moment, it belongs to the team, and may log in.
            Err(_) => None,
        };
        Ok(Joined { organization, account, session })
    }

    /// Makes a member of an account that has proven who it is.
    pub(in crate::access) async fn join_team(
        &self,
        invited: &Invited,
        proven: &Proven,
        caller: &Caller,
    ) -> Result<(), AcceptProblem> {
        let account = proven.account.id;
        let scope = account_scope(invited.organization.id, account, caller.request_id.as_deref());
        let command = AcceptInvitation {
            invitation: invited.invitation.id,
            secret_hash: invited.secret_hash,
            account,
            email: proven.email.clone(),
        };
        self.writer.execute(&scope, command).await?;
        Ok(())
    }

    async fn by_session(&self, scope: &OrgScope) -> Result<Proven, AcceptProblem> {
        let (_, session) = own(scope).ok_or(AcceptProblem::NoSession)?;
        let account = self.account_of(scope).await?.ok_or(AcceptProblem::NoSession)?;
        let email = account.email.parse().map_err(|error| Fault::from_error("account.email", error))?;
        let factor = self.factor_of_session(account.id).await?;
        Ok(Proven { account, email, proof: Proof::Session(scope.org(), session), factor })
    }

    async fn by_password(
        &self,
        email: Email,
        password: &str,
        code: Option<&str>,
        caller: &Caller,
    ) -> Result<Proven, AcceptProblem> {
        let (account, hash) = self.prove(&email, password, caller.client.address.as_deref()).await?;
        let factor = match self.check_code(account.id, &email, code).await? {
            Some(checked) => Some(self.use_up_now(account.id, checked).await?),
            None => None,
        };
        Ok(Proven { account, email, proof: Proof::Password(hash), factor })
    }

    /// Makes the account of a mailbox that a letter has proven.
    pub(in crate::access) async fn newcomer(
        &self,
        email: Email,
        password: &str,
        name: Option<&str>,
    ) -> Result<Proven, AcceptProblem> {
        let address: String = email.as_str().chars().take(MAX_NAME_CHARS).collect();
        let name: Name = name.unwrap_or(&address).parse().map_err(|_| AcceptProblem::BadName)?;
        let password: Password = password.parse().map_err(|_| AcceptProblem::WeakPassword)?;
        let hash = self.passwords.turn().await?.hash(password, self.ids.bytes()).await?;
        let id = self.ids.make();
        let candidate = Candidate { id, email: email.clone(), name, password_hash: hash.clone() };
        let door = SystemTx::begin(&self.db).await?;
        let account = accounts::find_or_add(&door, candidate, self.clock.now()).await?;
        if account.id != id {
            // Somebody else made the account meanwhile, with another password.
            return Err(AcceptProblem::WrongPassword);
        }
        door.commit().await?;
        Ok(Proven { account, email, proof: Proof::Mail(hash), factor: None })
    }
}

/// The address that is to accept: that of the invitation, or for a link the one that was given.
fn address(invitation: &Invitation, given: Option<&str>) -> Result<Email, AcceptProblem> {
    let given = given.map(|text| text.parse::<Email>().map_err(|_| AcceptProblem::BadEmail)).transpose()?;
    match (&invitation.email, given) {
        (Some(invited), Some(given)) if *invited != given => Err(AcceptProblem::OtherAddress),
        (Some(invited), _) => Ok(invited.clone()),
        (None, Some(given)) => Ok(given),
        (None, None) => Err(AcceptProblem::BadEmail),
    }
}
