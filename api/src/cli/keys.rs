use std::process::ExitCode;

use crate::app::{App, fault};
use crate::settings::Settings;

/// Look after the keys that access tokens are signed with
///
/// The public keys are at /.well-known/jwks.json.
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// Make a new signing key and retire the one before
    ///
    /// Tokens that are out stay good until they expire; running servers sign with the new
    /// key within five minutes.
    ///
    /// Example: qun keys rotate
    #[command(verbatim_doc_comment)]
    Rotate,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    match args.verb {
        Verb::Rotate => app.access.rotate_signing_key().await.map_err(fault)?,
    }
    println!("a new key signs from now on; tokens that are out stay good until they expire");
    Ok(ExitCode::SUCCESS)
}
