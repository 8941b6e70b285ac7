use std::process::ExitCode;
use std::time::Duration;

use qun_domain::access::IssueTokenRefusal;
use qun_domain::command::Failure;

use super::refused;
use super::scope::OrgArgs;
use crate::app::{App, fault};
use crate::settings::Settings;

/// The longest life of a token, in minutes: 90 days.
const MAX_MINUTES: i64 = 90 * 24 * 60;

/// Print an access token and nothing else
///
/// For scripts and for trying things out: no password is asked, whoever may read the
/// database may do this.
///
/// Example: curl -H "Authorization: Bearer $(qun token --org acme --email owner@acme.example)" …
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
pub(super) struct Args {
    #[command(flatten)]
    pub org: OrgArgs,
    /// Whose token
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    /// How long it is good for [default: token_minutes of the settings]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MAX_MINUTES))]
    pub minutes: Option<u32>,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let Args { org: OrgArgs { org }, email, minutes } = args;
    let app = App::open(settings).await?;
    let minutes = minutes.unwrap_or(settings.token_minutes);
    let life = Duration::from_secs(60 * u64::from(minutes));
    match app.access.token_for(&email, &org, life).await {
        Ok(token) => {
            println!("{}", token.access_token);
            Ok(ExitCode::SUCCESS)
        }
        Err(Failure::Refused(refusal)) => Ok(refused(match refusal {
            IssueTokenRefusal::NoSuchOrganization => format!("there is no organization {org}"),
            IssueTokenRefusal::NoSuchAccount => format!("there is no account {email}"),
            IssueTokenRefusal::NotAMember => format!("{email} does not belong to {org}"),
            IssueTokenRefusal::BadLife => format!("a token cannot be good for {minutes} minutes"),
        })),
        Err(Failure::Forbidden(_) | Failure::Proposed(_)) => Ok(refused("the operator may not issue tokens")),
        Err(Failure::Fault(broken)) => Err(fault(broken)),
    }
}
