use std::process::ExitCode;

use qun_domain::activity::{Recompute, RecomputeRefusal};
use qun_domain::command::Failure;
use qun_domain::groups::{Name, Scope};
use qun_infra::tiering::every_scope;

use super::refused;
use super::scope::{NamedScope, Opened, OrgArgs, or_refuse};
use crate::app::{App, fault};
use crate::settings::Settings;

/// Compute the daily roll-ups again from the interactions themselves
///
/// They are kept up to date as rows come in; this command is for proof and for repair.
/// It says how many days differed.
///
/// Example: qun recompute --org acme --group Garden
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    pub org: OrgArgs,
    /// One group instead of all
    #[arg(long, value_name = "NAME")]
    pub group: Option<Name>,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    let opened = or_refuse!(Opened::open(&app, &args.org.org).await?);
    let groups = match args.group {
        None => every_scope(&opened.read).await.map_err(fault)?,
        Some(name) => vec![or_refuse!(opened.find(&NamedScope::Group(name)).await?)],
    };
    for scope in groups {
        let Scope::Group(group) = scope else { continue };
        match app.writer.execute(&opened.scope, Recompute { group }).await {
            Ok(found) => println!(
                "{scope} persons {} days {} mended days {} mended memberships {}",
                found.persons, found.days, found.mended_days, found.mended_memberships
            ),
            Err(Failure::Refused(RecomputeRefusal::NoSuchGroup)) => {
                return Ok(refused(format_args!("there is no {scope}")));
            }
            Err(Failure::Forbidden(_) | Failure::Proposed(_)) => {
                return Ok(refused("the operator may not recompute"));
            }
            Err(Failure::Fault(broken)) => return Err(fault(broken)),
        }
    }
    Ok(ExitCode::SUCCESS)
}
