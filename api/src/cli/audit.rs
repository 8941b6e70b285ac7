use std::process::ExitCode;

use clap::Subcommand;
use qun_domain::audit::Head;
use qun_domain::tenancy::Slug;
use qun_infra::audit::{Verified, seal, verify};
use qun_infra::tenancy::organizations;

use super::REFUSED;
use super::scope::{Opened, or_refuse};
use crate::app::{App, fault};
use crate::settings::Settings;

/// Verify the audit log, or seal it.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Verify(Verify),
    Seal(Seal),
}

/// Compare every entry of the audit log with its seal
///
/// One line an organization: how many entries are sealed, how many wait, the head of the
/// chain, and the first place at which the log is not what was sealed. Note the head
/// elsewhere; named with --head the next time, it shows whether the end of the log was
/// cut off or all of it made anew.
///
/// Exit code 0 when all is whole, 1 when something is not.
///
/// Example: qun audit verify
/// Example: qun audit verify --org acme --head 42:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct Verify {
    /// One organization instead of all
    #[arg(long, value_name = "SLUG", visible_alias = "organization")]
    org: Option<Slug>,
    /// A head that was noted before; may be given several times
    #[arg(long, value_name = "SEQUENCE:HASH", requires = "org")]
    head: Vec<Head>,
}

/// Seal what waits, as a server does every 10 seconds
///
/// For an installation whose server is stopped.
///
/// Example: qun audit seal
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct Seal {}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    match args.verb {
        Verb::Verify(args) => verify_all(&app, args).await,
        Verb::Seal(Seal {}) => {
            let sealed = seal(&app.db, app.clock.now()).await.map_err(fault)?;
            println!("sealed {sealed}");
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn verify_all(app: &App, args: Verify) -> anyhow::Result<ExitCode> {
    let slugs: Vec<Slug> = if let Some(slug) = args.org {
        vec![slug]
    } else {
        let all = organizations(&app.db).await.map_err(fault)?;
        all.iter().map(|one| one.slug.parse()).collect::<Result<_, _>>()?
    };
    let mut is_whole = true;
    for slug in slugs {
        let opened = or_refuse!(Opened::open(app, &slug).await?);
        let found = verify(&opened.read, &args.head, app.clock.now()).await.map_err(fault)?;
        is_whole &= found.flaw.is_none();
        println!("{slug} {}", line(&found));
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { REFUSED.into() })
}

fn line(found: &Verified) -> String {
    let Verified { head, waiting, flaw } = found;
    let outcome = flaw.as_ref().map_or_else(|| "whole".to_owned(), |flaw| format!("BROKEN: {flaw}"));
    format!("sealed {} waiting {waiting} head {head} {outcome}", head.sequence)
}
