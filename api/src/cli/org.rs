use std::process::ExitCode;

use chrono_tz::Tz;
use clap::Subcommand;
use qun_domain::access::{BadEmail, WeakPassword};
use qun_domain::command::Failure;
use qun_domain::tenancy::{BadName, Name, Slug};
use qun_domain::time::parse_zone;
use qun_infra::access::{CreateOrganizationRefusal, NewOrganization, create_organization};

use super::{password, refused, wrongly_used};
use crate::app::{App, fault};
use crate::settings::Settings;

/// Create organizations.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Create(Create),
}

/// Create an organization and the account of its owner
///
/// The owner's password is read from the flag, from QUN_OWNER_PASSWORD, or, without
/// either, from one line of standard input. An account that there is already becomes
/// owner as it is, with the password it has.
///
/// Example: qun org create --slug acme --name "Acme" --time-zone Asia/Shanghai --owner-email owner@acme.example
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
struct Create {
    /// Its short name, in addresses and on the command line: lower-case letters, digits, hyphens
    #[arg(long, value_name = "SLUG")]
    slug: Slug,
    /// Its name
    #[arg(long, value_name = "NAME")]
    name: Name,
    /// The time zone of its schedules, such as Asia/Shanghai
    #[arg(long, value_name = "ZONE", value_parser = parse_zone)]
    time_zone: Tz,
    /// The mail address that its owner logs in with
    #[arg(long, value_name = "ADDRESS")]
    owner_email: String,
    /// The owner's name [default: what stands before the @]
    #[arg(long, value_name = "NAME")]
    owner_name: Option<Name>,
    /// The owner's password; others on this machine can see flags
    #[arg(long, value_name = "PASSWORD", env = "QUN_OWNER_PASSWORD", hide_env_values = true)]
    owner_password: Option<String>,
}

impl std::fmt::Debug for Create {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Create({} for {})", self.slug, self.owner_email)
    }
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let Verb::Create(mut args) = args.verb;
    match password::or_ask(args.owner_password.take(), "the owner", "QUN_OWNER_PASSWORD") {
        Ok(password) => create(settings, args, password).await,
        Err(why) => Ok(wrongly_used(why)),
    }
}

async fn create(settings: &Settings, args: Create, owner_password: String) -> anyhow::Result<ExitCode> {
    let Create { slug, name, time_zone: zone, owner_email, owner_name, .. } = args;
    let app = App::open(settings).await?;
    let new = NewOrganization {
        slug: slug.clone(),
        name: name.as_str().to_owned(),
        zone,
        owner_name: owner_name
            .map_or_else(|| mailbox(&owner_email).to_owned(), |name| name.as_str().to_owned()),
        owner_email: owner_email.clone(),
        owner_password,
    };
    match create_organization(&app.db, &app.clock, &app.ids, new).await {
        Ok(_) => {
            println!("organization {slug} with owner {owner_email}");
            Ok(ExitCode::SUCCESS)
        }
        Err(Failure::Refused(refusal)) => Ok(refused(match refusal {
            CreateOrganizationRefusal::SlugTaken => format!("there is an organization {slug} already"),
            CreateOrganizationRefusal::BadName | CreateOrganizationRefusal::BadOwnerName => {
                BadName.to_string()
            }
            CreateOrganizationRefusal::BadEmail => BadEmail.to_string(),
            CreateOrganizationRefusal::WeakPassword => WeakPassword.to_string(),
        })),
        Err(Failure::Forbidden(_) | Failure::Proposed(_)) => {
            Ok(refused("the operator may not create organizations"))
        }
        Err(Failure::Fault(broken)) => Err(fault(broken)),
    }
}

/// What stands before the `@`: a name for somebody of whom no other is known.
pub(super) fn mailbox(email: &str) -> &str {
    email.split('@').next().unwrap_or(email)
}
