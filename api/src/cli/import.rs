use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::bail;
use chrono_tz::Tz;
use indicatif::{ProgressBar, ProgressStyle};
use qun_domain::activity::UnknownGroups;
use qun_domain::command::Failure;
use qun_domain::groups::{CreateCommunity, Name, Platform};
use qun_domain::id::CommunityId;
use qun_domain::locale::Locale;
use qun_domain::time::parse_zone;
use qun_infra::activity::{Ingest, IngestProblem, IngestSettings, Totals};
use qun_infra::groups::community_named;

use super::REFUSED;
use super::scope::{Opened, OrgArgs, or_refuse};
use crate::app::{App, fault};
use crate::import::{Incoming, ReadOutcome, Source, read};
use crate::settings::Settings;

/// Import a chat log
///
/// Takes our NDJSON rows, the JSON export of Telegram Desktop and the text export of
/// WhatsApp; which of them it is shows in the file. Groups that do not exist are created
/// with the community, platform and time zone given. Importing the same file again
/// changes nothing, so an import that broke off is simply repeated.
///
/// Exit code 0 when every row was taken, was a duplicate or was reported as a conflict,
/// 1 when rows were refused; each refused row is reported with its line and reason.
///
/// Example: qun import --org acme --platform telegram --time-zone Asia/Shanghai result.json
/// Example: zcat rows.ndjson.gz | qun import --org acme -
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    pub org: OrgArgs,
    /// The group that all rows go to, instead of each row's own
    #[arg(long, value_name = "NAME")]
    pub group: Option<Name>,
    /// The community of groups that are created
    #[arg(long, value_name = "NAME")]
    pub community: Option<Name>,
    /// The platform of groups that are created: wechat, wecom, telegram, discord, qq, whatsapp, other
    #[arg(long, value_name = "P")]
    pub platform: Option<Platform>,
    /// The time zone of groups that are created, such as Asia/Shanghai [default: the organization's]
    #[arg(long, value_name = "ZONE", value_parser = parse_zone)]
    pub time_zone: Option<Tz>,
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    let opened = or_refuse!(Opened::open(&app, &args.org.org).await?);
    let zone = args.time_zone.unwrap_or(opened.organization.zone);
    let platform = args.platform.unwrap_or(Platform::Other);
    let community = match &args.community {
        Some(name) => Some(community(&app, &opened, name, zone).await?),
        None => None,
    };
    let group = args.group.as_ref().map(|name| name.as_str().to_owned());
    let source = Source { file: args.file, zone, group, now: app.clock.now() };
    let settings = IngestSettings {
        group: args.group,
        source: None,
        unknown_groups: UnknownGroups::Create { community, platform, zone },
    };
    let (totals, outcome) = ingest(&app, &opened, source, settings).await?;
    report(&totals, &outcome);
    Ok(if totals.rejected > totals.conflicts { REFUSED.into() } else { ExitCode::SUCCESS })
}

/// The community of this name, created where there is none.
async fn community(app: &App, opened: &Opened, name: &Name, zone: Tz) -> anyhow::Result<CommunityId> {
    if let Some(known) = community_named(&opened.read, name.as_str()).await.map_err(fault)? {
        return Ok(known.id);
    }
    let created = app.writer.execute(&opened.scope, CreateCommunity { name: name.clone(), zone }).await;
    match created {
        Ok(community) => Ok(community.id),
        Err(Failure::Fault(broken)) => Err(fault(broken)),
        Err(failure) => bail!("the community cannot be created: {failure:?}"),
    }
}

async fn ingest(
    app: &App,
    opened: &Opened,
    source: Source,
    settings: IngestSettings,
) -> anyhow::Result<(Totals, ReadOutcome)> {
    let read_bytes = Arc::new(AtomicU64::new(0));
    let progress = progress(&source);
    let (sender, mut rows) = tokio::sync::mpsc::channel::<Incoming>(8);
    let counted = Arc::clone(&read_bytes);
    let reader = tokio::task::spawn_blocking(move || read(&source, &sender, &counted));
    let mut ingest = Ingest::new(&app.writer, &opened.scope, settings);
    while let Some(rows) = rows.recv().await {
        for (position, row) in rows {
            ingest.push(position, row).await.map_err(problem)?;
        }
        progress.set_position(read_bytes.load(Ordering::Relaxed));
    }
    let totals = ingest.finish().await.map_err(problem)?;
    progress.finish_and_clear();
    let outcome = reader.await?;
    if let Err(error) = &outcome {
        report(&totals, &ReadOutcome::default());
        eprintln!("what was read before is kept; importing the whole again gives exact totals ({error:#})");
    }
    Ok((totals, outcome?))
}

fn problem(problem: IngestProblem) -> anyhow::Error {
    match problem {
        IngestProblem::NoSuchGroup => anyhow::anyhow!("there is no such group"),
        IngestProblem::Forbidden => anyhow::anyhow!("the operator may not record interactions"),
        IngestProblem::Spent { .. } => anyhow::anyhow!("the operator has no budget"),
        IngestProblem::Fault(broken) => fault(broken),
    }
}

fn progress(source: &Source) -> ProgressBar {
    let length = std::fs::metadata(&source.file).map_or(0, |file| file.len());
    if length == 0 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent}% {bytes}/{total_bytes} {eta}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn report(totals: &Totals, outcome: &ReadOutcome) {
    for rejected in &totals.errors {
        let id = rejected.error.id.as_deref().unwrap_or("-");
        let (code, message) = (rejected.error.code, rejected.error.message(Locale::En));
        eprintln!("line {}: {} ({id}): {message}", rejected.position, code.code());
    }
    if totals.errors_truncated() {
        eprintln!("only the first {} are listed", totals.errors.len());
    }
    for (why, count) in &outcome.skipped {
        eprintln!("passed over: {count} of {why}");
    }
    println!(
        "accepted {} · duplicates {} · conflicts {} · refused {}",
        totals.accepted,
        totals.duplicates,
        totals.conflicts,
        totals.rejected - totals.conflicts
    );
}
