//! Back from the provider.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qun_domain::access::{
    Account, Email, Identity, LinkIdentity, LinkIdentityRefusal, Subject, Welcome, welcome,
};
use qun_domain::command::Failure;
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use qun_domain::tenancy::{Name, Organization};

use super::ProviderLogInProblem as Problem;
use super::exchange::Came;
use super::rows::{self, Back, Confided};
use crate::access::invitations::AcceptProblem;
use crate::access::log_in::Proof;
use crate::access::operator::account_scope;
use crate::access::second_factor::Factor;
use crate::access::{Access, Caller, LoggedIn, accounts};
use crate::db::SystemTx;
use crate::tenancy::organization_by_id;

/// What somebody brings who comes back. It cannot be printed, as it holds secrets.
#[derive(Clone, Copy)]
pub struct CameBack<'a> {
    /// What went through the address bar, there and back.
    pub state: &'a str,
    /// What the provider gave.
    pub code: &'a str,
    /// What stayed in the browser.
    pub secret: &'a str,
    /// A code of the second factor of the account.
    pub second_factor: Option<&'a str>,
}

/// Where somebody is about to be let in, by whom, and how he came.
struct Door<'a> {
    back: &'a Back,
    organization: Organization,
    confided: Confided,
    came: Came,
    caller: &'a Caller,
}

impl Access {
    /// Logs in who comes back from the provider of his organization. Who is asked for a second factor
    /// comes again with a code; all else ends what was under way, and is begun anew.
    ///
    /// # Errors
    /// See [`super::ProviderLogInProblem`].
    pub async fn complete_provider_log_in(
        &self,
        given: CameBack<'_>,
        caller: &Caller,
    ) -> Result<LoggedIn, Problem> {
        self.admit_from(caller).await?;
        let now = self.clock.now();
        let door = SystemTx::begin(&self.db).await?;
        let back = rows::back(&door, given.state, given.secret, now).await?.ok_or(Problem::Over)?;
        let confided = rows::confided(&door, back.org).await?;
        let is_taken = back.is_exchanged || rows::take(&door, &back, now).await?;
        let organization = organization_by_id(&door, back.org).await?;
        door.commit().await?;
        let confided = confided.filter(|confided| confided.provider.id == back.way.provider);
        let (confided, organization) = confided.zip(organization).ok_or(Problem::Over)?;

        let came = match &back.came {
            Some(came) => came.clone(),
            // Whoever took it has not come back from the provider.
            None if back.is_exchanged || !is_taken => return Err(Problem::Over),
            None => {
                let came = self.providers.exchange(&confided, &back.way, given.code, now).await?;
                let door = SystemTx::begin(&self.db).await?;
                rows::keep(&door, &back, &came).await?;
                door.commit().await?;
                came
            }
        };
        let logged_in =
            self.welcomed(Door { back: &back, organization, confided, came, caller }, given).await?;
        self.throttle.forget_from(caller.client.address.as_deref()).await;
        Ok(logged_in)
    }

    async fn welcomed(&self, door: Door<'_>, given: CameBack<'_>) -> Result<LoggedIn, Problem> {
        let tx = SystemTx::begin(&self.db).await?;
        let mut arrival =
            rows::arrival(&tx, door.back.org, &door.confided.provider.issuer, &door.came).await?;
        tx.commit().await?;
        if let Some((id, secret_hash)) = door.back.way.invitation {
            let invited = self.invited_by(door.back.org, id, secret_hash).await?;
            arrival.invited = invited.and_then(|invited| invited.invitation.email);
        }
        match welcome(arrival) {
            Welcome::Same(account) => self.in_by(&door, account, false, given).await,
            Welcome::Link(account) => self.in_by(&door, account, true, given).await,
            Welcome::Join(email) => self.joining(&door, email).await,
            Welcome::ProveFirst => self.ended(&door, Problem::ProveFirst).await,
            Welcome::Nobody => self.ended(&door, Problem::NotAMember).await,
        }
    }

    /// Lets an account in that there is, with its second factor, and links it where it was not.
    async fn in_by(
        &self,
        door: &Door<'_>,
        id: AccountId,
        is_new: bool,
        given: CameBack<'_>,
    ) -> Result<LoggedIn, Problem> {
        let tx = SystemTx::begin(&self.db).await?;
        let account = accounts::of_id(&tx, id).await?;
        tx.commit().await?;
        let account = account.ok_or_else(|| Fault::new("the account of an identity is gone"))?;
        let email: Email =
            account.email.parse().map_err(|error| Fault::from_error("account.email", error))?;
        let checked = self.check_code(id, &email, given.second_factor).await?;
        self.end(door).await?;
        let factor = match checked {
            Some(checked) => Some(self.use_up_now(id, checked).await?),
            None => None,
        };
        if is_new {
            self.link(door, id, &door.came.subject).await?;
        }
        let logged_in = self.seated_at(door, account, factor).await?;
        if factor.is_some() {
            // The tries of its password stay as they are: a provider speaks for its own organization,
            // and must not give anybody tries back for an account that belongs to others too.
            self.throttle.forget_codes(&email).await;
        }
        Ok(logged_in)
    }

    /// Makes an account of a mailbox that a letter has proven, and its provider too, and lets it join
    /// the team. Nobody knows its password: a letter gives one to who wants it.
    async fn joining(&self, door: &Door<'_>, email: Email) -> Result<LoggedIn, Problem> {
        self.end(door).await?;
        let (invitation, secret_hash) = door.back.way.invitation.ok_or(Problem::NotAMember)?;
        let invited = self.invited_by(door.back.org, invitation, secret_hash).await?;
        let invited = invited.ok_or(Problem::BadInvitation)?;
        let password = URL_SAFE_NO_PAD.encode(self.ids.bytes::<32>());
        let name = door.came.name.as_ref().map(Name::as_str);
        let proven = self.newcomer(email, &password, name).await.map_err(refused)?;
        self.join_team(&invited, &proven, door.caller).await.map_err(refused)?;
        self.link(door, proven.account.id, &door.came.subject).await?;
        self.seated_at(door, proven.account, None).await
    }

    async fn seated_at(
        &self,
        door: &Door<'_>,
        account: Account,
        factor: Option<Factor>,
    ) -> Result<LoggedIn, Problem> {
        let proof = Proof::Provider(door.confided.provider.id);
        Ok(self.let_in(account, door.organization.clone(), proof, factor, door.caller).await?)
    }

    async fn link(&self, door: &Door<'_>, account: AccountId, subject: &Subject) -> Result<(), Problem> {
        let scope = account_scope(door.back.org, account, door.caller.request_id.as_deref());
        let issuer = door.confided.provider.issuer.clone();
        let identity = Identity { id: self.ids.make(), issuer, subject: subject.clone(), account };
        let command = LinkIdentity { provider: door.confided.provider.id, identity };
        self.writer.execute(&scope, command).await.map_err(|failure| match failure {
            Failure::Refused(
                LinkIdentityRefusal::NotAMember
                | LinkIdentityRefusal::NotTheProvider
                | LinkIdentityRefusal::Taken,
            )
            | Failure::Forbidden(_)
            | Failure::Proposed(_) => Problem::NotAMember,
            Failure::Fault(fault) => Problem::Fault(fault),
        })
    }

    /// Ends what was under way, for whoever is first.
    async fn end(&self, door: &Door<'_>) -> Result<(), Problem> {
        let tx = SystemTx::begin(&self.db).await?;
        let is_first = rows::end(&tx, door.back).await?;
        tx.commit().await?;
        is_first.then_some(()).ok_or(Problem::Over)
    }

    async fn ended(&self, door: &Door<'_>, problem: Problem) -> Result<LoggedIn, Problem> {
        self.end(door).await?;
        Err(problem)
    }
}

/// What an invitation was not good for, in the end.
fn refused(problem: AcceptProblem) -> Problem {
    match problem {
        AcceptProblem::NobodyStandsForIt => Problem::NobodyStandsForIt,
        // Meanwhile the mailbox got an account, or the account joined in another way.
        AcceptProblem::WrongPassword | AcceptProblem::AlreadyMember => Problem::ProveFirst,
        AcceptProblem::Fault(fault) => Problem::Fault(fault),
        AcceptProblem::BadSecret
        | AcceptProblem::OtherAddress
        | AcceptProblem::BadEmail
        | AcceptProblem::SecondFactorRequired
        | AcceptProblem::BadSecondFactor
        | AcceptProblem::WeakPassword
        | AcceptProblem::BadName
        | AcceptProblem::Throttled { .. }
        | AcceptProblem::NoSession => Problem::BadInvitation,
    }
}
