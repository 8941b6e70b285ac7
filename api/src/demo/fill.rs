use std::collections::BTreeMap;

use anyhow::{Context, anyhow, bail};
use qun_domain::activity::UnknownGroups;
use qun_domain::command::Failure;
use qun_domain::groups::{CreateCommunity, CreateGroup, NewGroup, Scope};
use qun_domain::id::CommunityId;
use qun_domain::tenancy::Slug;
use qun_infra::access::{CreateOrganizationRefusal, NewOrganization, create_organization, operator};
use qun_infra::activity::{Ingest, IngestProblem, IngestSettings};
use qun_infra::db::{OrgRead, OrgScope};
use qun_infra::groups::{community_named, group_named};
use qun_infra::tiering::{RunProblem, all_evaluations, evaluate_weeks, every_scope, pending_weeks};

use super::generate::{DemoGroup, generate};
use super::team;
use crate::app::{App, fault};

/// The short name of the demo organization.
pub const SLUG: &str = "demo";
/// The owner's address.
pub const EMAIL: &str = "owner@demo.example";
/// The owner's password. It is in the source code: the demo is for looking, not for keeping.
pub const PASSWORD: &str = "look-around-1";

/// Asks who the core members of a group are, and why.
pub const FIRST_QUERY: &str = r#"{
  group(name: "Tinker Lounge") {
    name
    latestEvaluation { week members }
    members(first: 2, tier: CORE, order: SCORE) {
      nodes { person { displayName } score { tier scoreShown explanation } }
    }
  }
}"#;

/// What the database holds now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demo {
    /// Rows that went in now; none when the demo was there already.
    pub rows: u64,
    /// Weeks that were evaluated now, over all groups and communities.
    pub weeks: usize,
}

/// Fills the database with the demo organization. What an earlier call began is
/// finished; a demo that is complete is kept as it is.
///
/// # Errors
/// When the database fails, or another organization has the demo's name.
pub async fn fill(app: &App, seed: u64) -> anyhow::Result<Demo> {
    let scope = organization(app).await?;
    team::fill(app, &scope).await?;
    let read = OrgRead::open(&app.db, &scope).context("the operator may not read")?;
    let mut demo = Demo::default();
    if awaits_rows(&read).await? {
        demo.rows = rows(app, &scope, &read, seed).await?;
        team::place(app, &scope, &read).await?;
    }
    for of in every_scope(&read).await.map_err(fault)? {
        demo.weeks += evaluate(app, &scope, of).await?;
    }
    Ok(demo)
}

async fn organization(app: &App) -> anyhow::Result<OrgScope> {
    let slug: Slug = SLUG.parse()?;
    let new = NewOrganization {
        slug: slug.clone(),
        name: "群 Demo".to_owned(),
        zone: chrono_tz::Asia::Shanghai,
        owner_email: EMAIL.to_owned(),
        owner_password: PASSWORD.to_owned(),
        owner_name: "Demo Owner".to_owned(),
    };
    match create_organization(&app.db, &app.clock, &app.ids, new).await {
        Ok(_) | Err(Failure::Refused(CreateOrganizationRefusal::SlugTaken)) => {}
        Err(Failure::Fault(broken)) => return Err(fault(broken)),
        Err(failure) => bail!("the demo organization cannot be created: {failure:?}"),
    }
    let (_, scope) =
        operator(&app.db, &slug).await.map_err(fault)?.context("the demo organization is gone")?;
    Ok(scope)
}

/// Whether rows are still to come: evaluation begins after the last of them.
async fn awaits_rows(read: &OrgRead) -> anyhow::Result<bool> {
    for of in every_scope(read).await.map_err(fault)? {
        if !all_evaluations(read, of).await.map_err(fault)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn rows(app: &App, scope: &OrgScope, read: &OrgRead, seed: u64) -> anyhow::Result<u64> {
    let generated = generate(seed, app.clock.now());
    let mut communities: BTreeMap<&str, CommunityId> = BTreeMap::new();
    for group in &generated.groups {
        let community = match communities.get(group.community) {
            Some(known) => *known,
            None => community(app, scope, read, group).await?,
        };
        communities.insert(group.community, community);
        found(app, scope, read, group, community).await?;
    }
    let settings = IngestSettings { group: None, source: None, unknown_groups: UnknownGroups::Refuse };
    let mut ingest = Ingest::new(&app.writer, scope, settings);
    for (position, row) in (1..).zip(generated.rows) {
        ingest.push(position, Ok(row)).await.map_err(problem)?;
    }
    let totals = ingest.finish().await.map_err(problem)?;
    match totals.errors.first() {
        None => Ok(totals.accepted),
        Some(first) => bail!("the generated rows do not fit what is stored: {:?}", first.error),
    }
}

async fn community(
    app: &App,
    scope: &OrgScope,
    read: &OrgRead,
    group: &DemoGroup,
) -> anyhow::Result<CommunityId> {
    if let Some(known) = community_named(read, group.community).await.map_err(fault)? {
        return Ok(known.id);
    }
    let command = CreateCommunity { name: group.community.parse()?, zone: group.time_zone };
    app.writer.execute(scope, command).await.map(|made| made.id).map_err(unexpected)
}

async fn found(
    app: &App,
    scope: &OrgScope,
    read: &OrgRead,
    group: &DemoGroup,
    community: CommunityId,
) -> anyhow::Result<()> {
    if group_named(read, group.name).await.map_err(fault)?.is_some() {
        return Ok(());
    }
    let command = CreateGroup(NewGroup {
        name: group.name.parse()?,
        community: Some(community),
        platform: group.platform.parse()?,
        kind: Some(group.kind.to_owned()),
        zone: group.time_zone,
    });
    app.writer.execute(scope, command).await.map(|_| ()).map_err(unexpected)
}

async fn evaluate(app: &App, scope: &OrgScope, of: Scope) -> anyhow::Result<usize> {
    let Some((from, to)) = pending_weeks(&app.writer, scope, of).await.map_err(fault)? else { return Ok(0) };
    match evaluate_weeks(&app.writer, scope, of, Some(from), Some(to), |_| ()).await {
        Ok(runs) => Ok(runs.len()),
        Err(RunProblem::Fault(broken)) => Err(fault(broken)),
        Err(problem) => bail!("{of} cannot be evaluated: {problem:?}"),
    }
}

fn problem(problem: IngestProblem) -> anyhow::Error {
    match problem {
        IngestProblem::Fault(broken) => fault(broken),
        other => anyhow!("the generated rows cannot be recorded: {other:?}"),
    }
}

fn unexpected<R: std::fmt::Debug>(failure: Failure<R>) -> anyhow::Error {
    match failure {
        Failure::Fault(broken) => fault(broken),
        failure => anyhow!("the demo cannot be set up: {failure:?}"),
    }
}
