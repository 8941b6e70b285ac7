use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use qun_domain::command::Failure;
use qun_domain::groups::Scope;
use qun_domain::locale::Locale;
use qun_domain::policy::{PolicyPatch, PolicyProblem, PublishPolicy, PublishPolicyRefusal};
use qun_infra::groups::groups_by_id;
use qun_infra::policy::effective;
use serde_json::json;

use super::scope::{NamedScope, Opened, OrgArgs, ScopeArgs, or_refuse};
use super::{REFUSED, refused};
use crate::app::{App, fault};
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

/// Print the policy in force as JSON, and where each value comes from
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

/// Publish a new version with the keys of FILE changed
///
/// FILE is a JSON object; what it does not name stays as it is.
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
        Verb::Publish(args) => publish(settings, args).await,
    }
}

async fn show(settings: &Settings, args: Show) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    let opened = or_refuse!(Opened::open(&app, &args.org.org).await?);
    let scope = or_refuse!(opened.find(&NamedScope::from(args.scope)).await?);
    let community = match scope {
        Scope::Group(id) => {
            groups_by_id(&opened.read, &[id]).await.map_err(fault)?.pop().and_then(|g| g.community)
        }
        Scope::Community(id) => Some(id),
        Scope::Organization => None,
    };
    let held = effective(&opened.read, opened.organization.id, scope, community).await.map_err(fault)?;
    let origin: BTreeMap<_, _> =
        held.policy.origin.iter().map(|(path, layer)| (path, layer.code())).collect();
    let shown =
        json!({ "policy": held.policy.policy.to_value(), "origin": origin, "versions": held.versions });
    println!("{}", serde_json::to_string_pretty(&shown)?);
    Ok(ExitCode::SUCCESS)
}

async fn publish(settings: &Settings, args: Publish) -> anyhow::Result<ExitCode> {
    let patch = match PolicyPatch::parse(&text(&args.file)?) {
        Ok(patch) => patch,
        Err(problems) => return Ok(unsound(&problems)),
    };
    let app = App::open(settings).await?;
    let opened = or_refuse!(Opened::open(&app, &args.org.org).await?);
    let scope = or_refuse!(opened.find(&NamedScope::from(args.scope)).await?);
    let command = PublishPolicy { scope, patch, note: args.note };
    match app.writer.execute(&opened.scope, command).await {
        Ok(published) => {
            println!("{} version {}", published.scope, published.version);
            Ok(ExitCode::SUCCESS)
        }
        Err(Failure::Refused(PublishPolicyRefusal::NothingChanges)) => {
            println!("{scope} says all of this already");
            Ok(ExitCode::SUCCESS)
        }
        Err(Failure::Refused(PublishPolicyRefusal::Unsound { scope, problems })) => {
            eprintln!("in {scope}:");
            Ok(unsound(&problems))
        }
        Err(Failure::Refused(PublishPolicyRefusal::NoSuchScope)) => {
            Ok(refused(format_args!("there is no {scope}")))
        }
        Err(Failure::Forbidden(_) | Failure::Proposed(_)) => {
            Ok(refused("the operator may not publish policies"))
        }
        Err(Failure::Fault(broken)) => Err(fault(broken)),
    }
}

fn unsound(problems: &[PolicyProblem]) -> ExitCode {
    for problem in problems {
        eprintln!("{}: {}", problem.code().code(), problem.message(Locale::En));
    }
    REFUSED.into()
}

fn text(file: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
    } else {
        text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    }
    Ok(text)
}
