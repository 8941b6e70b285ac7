use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use qun_domain::access::{BadEmail, Position, Rank, Role, WeakPassword};
use qun_domain::command::Failure;
use qun_domain::scope::Scope;
use qun_domain::tenancy::{BadName, Name};
use qun_infra::access::{AddAccountRefusal, EndSecondFactorRefusal, NewAccount};

use super::org::mailbox;
use super::scope::{Opened, OrgArgs, or_refuse};
use super::{password, refused, wrongly_used};
use crate::app::{App, fault};
use crate::settings::Settings;

/// Add accounts to an organization, and let in who lost a second factor.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Add(Add),
    EndSecondFactor(EndSecondFactor),
}

/// Give a person a log-in and a role in an organization
///
/// The password is read from the flag, from QUN_PASSWORD, or, without either, from one
/// line of standard input. An account that there is already joins as it is, with the
/// password it has.
///
/// Example: qun account add --org acme --email ann@acme.example --role administrator --rank senior
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
struct Add {
    #[command(flatten)]
    org: OrgArgs,
    /// The mail address to log in with
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The person's name [default: what stands before the @]
    #[arg(long, value_name = "NAME")]
    name: Option<Name>,
    /// What the account works on, in all of the organization
    #[arg(long, value_enum, default_value_t = RoleName::Analyst)]
    role: RoleName,
    /// How far it has come; an owner has no rank [default: intern]
    #[arg(long, value_enum)]
    rank: Option<RankName>,
    /// The password; others on this machine can see flags
    #[arg(long, value_name = "PASSWORD", env = "QUN_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

/// Let an account in that has lost its authenticator app and its recovery codes
///
/// Its second factor ends, and so do all of its sessions: from then on the password alone is
/// asked for. Make sure first that it is the owner of the account who asks you. Every
/// organization of the account reads of it in its audit log.
///
/// Example: qun account end-second-factor --email ann@acme.example
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct EndSecondFactor {
    /// The mail address that the account logs in with
    #[arg(long, value_name = "ADDRESS")]
    email: String,
}

impl std::fmt::Debug for Add {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Add({} to {} as {:?})", self.email, self.org.org, self.role)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RoleName {
    /// Decides everything
    Owner,
    /// Runs the groups from day to day
    Administrator,
    /// Makes what is worth reading
    ContentEditor,
    /// Answers members
    CustomerService,
    /// Keeps a conversation going
    Facilitator,
    /// Reads figures and tends to the tiers
    Analyst,
    /// Joins the groups of several platforms
    CrossPlatformLead,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Owner => Self::Owner,
            RoleName::Administrator => Self::Administrator,
            RoleName::ContentEditor => Self::ContentEditor,
            RoleName::CustomerService => Self::CustomerService,
            RoleName::Facilitator => Self::Facilitator,
            RoleName::Analyst => Self::Analyst,
            RoleName::CrossPlatformLead => Self::CrossPlatformLead,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RankName {
    /// Prepares and proposes
    Intern,
    /// Does the basic operation
    Junior,
    /// Plans and decides alone
    Senior,
    /// Stands in for an owner when told to
    OwnerCandidate,
}

impl From<RankName> for Rank {
    fn from(name: RankName) -> Self {
        match name {
            RankName::Intern => Self::Intern,
            RankName::Junior => Self::Junior,
            RankName::Senior => Self::Senior,
            RankName::OwnerCandidate => Self::OwnerCandidate,
        }
    }
}

/// What the flags say; `None` for an owner with a rank.
fn position(role: RoleName, rank: Option<RankName>) -> Option<Position> {
    let rank = match (role, rank) {
        (RoleName::Owner, rank) => rank.map(Rank::from),
        (_, rank) => Some(rank.map_or(Rank::Intern, Rank::from)),
    };
    let position = Position { role: role.into(), rank, scope: Scope::Organization };
    position.is_sound().then_some(position)
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    match args.verb {
        Verb::Add(mut args) => match password::or_ask(args.password.take(), &args.email, "QUN_PASSWORD") {
            Ok(password) => add(settings, args, password).await,
            Err(why) => Ok(wrongly_used(why)),
        },
        Verb::EndSecondFactor(args) => end_second_factor(settings, args).await,
    }
}

async fn end_second_factor(settings: &Settings, args: EndSecondFactor) -> anyhow::Result<ExitCode> {
    let EndSecondFactor { email } = args;
    let app = App::open(settings).await?;
    match app.access.end_second_factor_of(&email).await {
        Ok((account, ended)) => {
            println!("{} has no second factor any more; {ended} sessions ended", account.email);
            Ok(ExitCode::SUCCESS)
        }
        Err(Failure::Refused(refusal)) => Ok(refused(match refusal {
            EndSecondFactorRefusal::NoSuchAccount => format!("there is no account {email}"),
            EndSecondFactorRefusal::NotActive => format!("{email} has no second factor"),
        })),
        Err(Failure::Forbidden(_) | Failure::Proposed(_)) => {
            Ok(refused("the operator may not end second factors"))
        }
        Err(Failure::Fault(broken)) => Err(fault(broken)),
    }
}

async fn add(settings: &Settings, args: Add, password: String) -> anyhow::Result<ExitCode> {
    let Add { org: OrgArgs { org }, email, name, role, rank, .. } = args;
    let Some(position) = position(role, rank) else { return Ok(wrongly_used("an owner has no rank")) };
    let app = App::open(settings).await?;
    let opened = or_refuse!(Opened::open(&app, &org).await?);
    let name = name.map_or_else(|| mailbox(&email).to_owned(), |name| name.as_str().to_owned());
    let new = NewAccount { email: email.clone(), name, password, position };
    match app.access.add_account(&opened.scope, new).await {
        Ok(account) => {
            let rank = position.rank.map_or(String::new(), |rank| format!(" {}", rank.code()));
            println!("{} in {org} as {}{rank}", account.email, position.role.code());
            Ok(ExitCode::SUCCESS)
        }
        Err(Failure::Refused(refusal)) => Ok(refused(match refusal {
            AddAccountRefusal::AlreadyMember => format!("{email} belongs to {org} already"),
            AddAccountRefusal::BadName => BadName.to_string(),
            AddAccountRefusal::BadEmail => BadEmail.to_string(),
            AddAccountRefusal::WeakPassword => WeakPassword.to_string(),
        })),
        Err(Failure::Forbidden(_) | Failure::Proposed(_)) => Ok(refused("the operator may not add accounts")),
        Err(Failure::Fault(broken)) => Err(fault(broken)),
    }
}
