use std::process::ExitCode;

use chrono_tz::Tz;
use clap::Subcommand;
use qun_domain::groups::Name;
use qun_domain::tenancy::Slug;
use qun_domain::time::parse_zone;

use super::password;
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

/// Create an organization and the account of its owner.
///
/// The owner's password is read from the flag, from QUN_OWNER_PASSWORD, or, without
/// either, from one line of standard input.
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
    let password = password::or_ask(args.owner_password.take(), "the owner", "QUN_OWNER_PASSWORD")?;
    create(settings, args, password).await
}

async fn create(settings: &Settings, args: Create, password: String) -> anyhow::Result<ExitCode> {
    let Create { slug, name, time_zone, owner_email, .. } = args;
    let given = password.len();
    anyhow::bail!("org create is not built in yet ({slug} {name:?} {time_zone} {owner_email} {given}, {})", settings.database_url)
}
