use std::io::{BufWriter, Write};
use std::process::ExitCode;

use chrono::NaiveDate;
use chrono_tz::Tz;
use clap::Subcommand;
use qun_domain::groups::Name;
use qun_domain::tenancy::Slug;
use qun_domain::tiering::{Band, Dimensions, Scorecard, Tier};
use qun_domain::time::{Timestamp, Week};
use qun_infra::activity::group_days;
use qun_infra::groups::group_named;
use qun_infra::tiering::{all_evaluations, each_score};
use serde_json::{Map, Value, json};

use super::refused;
use super::scope::{NamedScope, Opened, OrgArgs, RequiredScopeArgs, or_refuse};
use crate::app::{App, fault};
use crate::settings::Settings;

/// Print what was computed as NDJSON, for spreadsheets and checks.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    org: OrgArgs,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Activity(Activity),
    Tiers(Tiers),
}

/// Print {"day", "messages", "speakers"} for each day of the group's time zone
///
/// Example: qun export --org acme activity --group Garden
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct Activity {
    /// The group
    #[arg(long, value_name = "NAME")]
    group: Name,
}

/// Print one row for each member and week: tier, score, flags and reasons
///
/// Example: qun export --org acme tiers --group Garden --week 2026-W07
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
struct Tiers {
    #[command(flatten)]
    scope: RequiredScopeArgs,
    /// One week instead of all
    #[arg(long, value_name = "WEEK")]
    week: Option<Week>,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let Args { org: OrgArgs { org }, what } = args;
    match what {
        What::Activity(Activity { group }) => activity(settings, &org, group).await,
        What::Tiers(Tiers { scope, week }) => tiers(settings, &org, scope.into(), week).await,
    }
}

async fn activity(settings: &Settings, org: &Slug, group: Name) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    let opened = or_refuse!(Opened::open(&app, org).await?);
    let Some(group) = group_named(&opened.read, group.as_str()).await.map_err(fault)? else {
        return Ok(refused(format_args!("there is no group {}", group.as_str())));
    };
    let (from, to) = (NaiveDate::default(), Timestamp::MAX.local_date(Tz::UTC));
    let mut out = BufWriter::new(std::io::stdout().lock());
    for day in group_days(&opened.read, group.id, from, to).await.map_err(fault)? {
        if day.messages > 0 {
            let row = json!({ "day": day.day, "messages": day.messages, "speakers": day.speakers });
            writeln!(out, "{row}")?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn tiers(
    settings: &Settings,
    org: &Slug,
    scope: NamedScope,
    week: Option<Week>,
) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    let opened = or_refuse!(Opened::open(&app, org).await?);
    let scope = or_refuse!(opened.find(&scope).await?);
    let mut evaluations = all_evaluations(&opened.read, scope).await.map_err(fault)?;
    evaluations.retain(|evaluation| week.is_none_or(|week| evaluation.week == week));
    if let (Some(week), []) = (week, &evaluations[..]) {
        return Ok(refused(format_args!("{week} is not evaluated")));
    }
    for evaluation in evaluations {
        let mut out = BufWriter::new(std::io::stdout());
        let mut written = Ok(());
        each_score(&opened.read, evaluation.id, |user, row| {
            if written.is_ok() {
                written = writeln!(out, "{}", score_row(evaluation.week, user, &row.card));
            }
            Ok(())
        })
        .await
        .map_err(fault)?;
        written?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A scorecard as a row of the exchange format for tiers.
fn score_row(week: Week, user: &str, card: &Scorecard) -> Value {
    let part = |values: &Option<Dimensions<Option<f64>>>| {
        values.as_ref().map(|values| {
            values
                .iter()
                .map(|(dimension, value)| (dimension.code().to_owned(), number(*value)))
                .collect::<Map<_, _>>()
        })
    };
    json!({
        "week": week.to_string(),
        "user": user,
        "tier": card.tier.code(),
        "weekTier": card.week_tier.code(),
        "previousTier": card.previous_tier.map(Tier::code),
        "score": number(card.score),
        "band": card.band.map(Band::code),
        "watch": card.watch,
        "fading": card.fading,
        "silent": card.silent,
        "new": card.new,
        "ageDays": card.age_days,
        "raw": part(&card.raw),
        "normalized": part(&card.normalized),
        "weights": part(&card.weights),
        "reasons": card.reasons.codes(),
        "countedInWeek": card.counted_in_week,
    })
}

/// A number with at most 9 decimals; whole ones without a decimal point.
fn number(value: Option<f64>) -> Value {
    let Some(value) = value else { return Value::Null };
    let text = format!("{value:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    serde_json::from_str(text).unwrap_or(Value::Null)
}
