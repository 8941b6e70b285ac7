use std::io::Write;
use std::process::ExitCode;

use qun_domain::locale::Locale;
use qun_infra::access::operator;
use qun_infra::mail::MailRoute;

use super::{serve, wrongly_used};
use crate::app::{App, fault};
use crate::demo::{EMAIL, FIRST_QUERY, PASSWORD, SLUG, fill};
use crate::graphql::Executor;
use crate::settings::Settings;

/// Fill the database with a living demo organization, and serve it
///
/// Prints, one a line, org, email, password and url, and a first query with its answer.
/// The same seed makes the same data; a demo organization that is there already is kept.
///
/// Example: qun demo
/// Example: qun demo --no-serve --seed 7 --database-url sqlite://demo.db
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
pub(super) struct Args {
    /// Only fill the database
    #[arg(long)]
    no_serve: bool,
    /// What the members' behavior is drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Args {
    /// Whether a server follows.
    pub(super) fn serves(&self) -> bool {
        !self.no_serve
    }
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let settings = &lively(settings);
    let trusted = match serve::trusted(settings) {
        Ok(trusted) => trusted,
        Err(error) => return Ok(wrongly_used(error)),
    };
    let app = App::open(settings).await?;
    eprintln!("filling the database: a dozen groups, sixteen weeks; this takes some seconds");
    let filled = fill(&app, args.seed).await?;
    eprintln!("{} rows recorded, {} weeks evaluated", filled.rows, filled.weeks);
    println!("org: {SLUG}");
    println!("email: {EMAIL}");
    println!("password: {PASSWORD}");
    println!("url: http://{}/", settings.listen);
    let answer = ask(settings, &app).await?;
    println!("\nA first query to paste, with a token from `qun token --org {SLUG} --email {EMAIL}`:\n");
    println!("{FIRST_QUERY}\n\nIts answer:\n\n{answer}");
    std::io::stdout().flush()?;
    if args.serves() { serve::serve(settings, app, trusted).await } else { Ok(ExitCode::SUCCESS) }
}

/// The settings of a server that everything can be tried on: strangers may sign up, and
/// letters go to the log if nowhere else.
fn lively(settings: &Settings) -> Settings {
    let mail_url = settings.mail_url.clone().or(Some(MailRoute::Log));
    Settings { sign_up: true, mail_url, ..settings.clone() }
}

/// The answer to the first query, as the server gives it.
async fn ask(settings: &Settings, app: &App) -> anyhow::Result<String> {
    let Some((_, scope)) = operator(&app.db, &SLUG.parse()?).await.map_err(fault)? else {
        anyhow::bail!("the demo organization is gone");
    };
    let request = async_graphql::Request::new(FIRST_QUERY).data(scope).data(Locale::En);
    let answer = Executor::new(app.clone(), settings.introspection, None).execute(request).await;
    Ok(serde_json::to_string_pretty(&answer)?)
}
