use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Map, Value};

use super::refused;
use super::scope::{NamedScope, OrgArgs, ScopeArgs};
use crate::settings::Settings;

/// Show and publish the policy: every number that decides.
///
/// A group inherits from its community, that from the organization, that from the defaults.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Show(Show),
    Publish(Publish),
}

/// Print the policy in force as JSON, and where each value comes from.
///
/// Example: qun policy show --org acme --group Garden
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct Show {
    #[command(flatten)]
    org: OrgArgs,
    #[command(flatten)]
    scope: ScopeArgs,
}

/// Publish a new version with the keys of FILE changed.
///
/// FILE is a JSON object; what it does not name stays as it is, and null gives a value
/// back to the layer above.
///
/// Example: echo '{"tiering": {"hysteresis": 3}}' | qun policy publish --org acme --note "calmer"
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct Publish {
    #[command(flatten)]
    org: OrgArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Why, for those who read the list of versions
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The keys to change; - is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    match args.verb {
        Verb::Show(args) => show(settings, args).await,
        Verb::Publish(args) => match changes(&args.file)? {
            Ok(changes) => publish(settings, args, changes).await,
            Err(why) => Ok(refused(why)),
        },
    }
}

/// The JSON object in `file`, or why it is none.
fn changes(file: &Path) -> anyhow::Result<Result<Map<String, Value>, String>> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
    } else {
        text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    }
    Ok(serde_json::from_str(&text).map_err(|error| format!("{} holds no JSON object: {error}", file.display())))
}

async fn show(settings: &Settings, args: Show) -> anyhow::Result<ExitCode> {
    let scope = NamedScope::from(args.scope);
    anyhow::bail!("policy show is not built in yet ({} {scope:?}, {})", args.org.org, settings.database_url)
}

async fn publish(settings: &Settings, args: Publish, changes: Map<String, Value>) -> anyhow::Result<ExitCode> {
    let Publish { org, scope, note, .. } = args;
    let scope = NamedScope::from(scope);
    anyhow::bail!(
        "policy publish is not built in yet ({} {scope:?} {note:?} {changes:?}, {})",
        org.org,
        settings.database_url
    )
}
