//! What holds, and what was published.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use qun_domain::fault::Fault;
use qun_domain::groups::{Group, Scope};
use qun_domain::id::{CommunityId, GroupId, OrgId};
use qun_domain::policy::{EffectivePolicy, PolicyPatch, PolicyScope, chain, resolve};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use crate::db::{TenantSql, column};
use crate::groups::scope_columns;

/// The versions that a document is made of, by scope; scopes that say nothing are left out.
pub type Versions = BTreeMap<&'static str, u32>;

/// What holds in a scope.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The document, and who said each of its values.
    pub policy: EffectivePolicy,
    /// The versions that it is made of.
    pub versions: Versions,
}

/// A published version.
#[derive(Clone, Debug)]
pub struct PolicyVersionRow {
    /// The scope.
    pub scope: Scope,
    /// Its number within the scope, from 1.
    pub version: u32,
    /// All that the scope says in this version.
    pub patch: PolicyPatch,
    /// Why, in the publisher's words.
    pub note: Option<String>,
    /// Who published it, as in the audit log.
    pub published_by: String,
    /// When.
    pub published_at: Timestamp,
}

/// What holds in a scope; `community` is that of a group.
///
/// # Errors
/// A fault when the database fails or a stored document is not sound.
pub async fn effective(
    sql: &impl TenantSql,
    org: OrgId,
    scope: Scope,
    community: Option<CommunityId>,
) -> Result<Effective, Fault> {
    let chain = chain(scope, community);
    let said = latest(sql, chain.iter().map(|scope| scope_columns(*scope, org.0).0)).await?;
    compose(org, &chain, &said)
}

/// What holds in each of these groups, with one statement.
///
/// # Errors
/// A fault when the database fails or a stored document is not sound.
pub async fn effective_of_groups(
    sql: &impl TenantSql,
    org: OrgId,
    groups: &[Group],
) -> Result<HashMap<GroupId, Arc<Effective>>, Fault> {
    let places: Vec<_> = groups.iter().map(|group| (Scope::Group(group.id), group.community)).collect();
    let mut found = effective_of(sql, org, &places).await?;
    let of = |group: &Group| Some((group.id, found.remove(&Scope::Group(group.id))?));
    Ok(groups.iter().filter_map(of).collect())
}

/// What holds in each of these scopes, groups with their communities, with one statement.
///
/// # Errors
/// A fault when the database fails or a stored document is not sound.
pub async fn effective_of(
    sql: &impl TenantSql,
    org: OrgId,
    places: &[(Scope, Option<CommunityId>)],
) -> Result<HashMap<Scope, Arc<Effective>>, Fault> {
    let chains: Vec<(Scope, Vec<Scope>)> =
        places.iter().map(|(place, community)| (*place, chain(*place, *community))).collect();
    let ids = chains.iter().flat_map(|(_, chain)| chain).map(|scope| scope_columns(*scope, org.0).0);
    let said = latest(sql, ids).await?;
    let mut shared: HashMap<Vec<Scope>, Arc<Effective>> = HashMap::new();
    let mut effective = HashMap::with_capacity(chains.len());
    for (place, chain) in chains {
        let speaking: Vec<Scope> =
            chain.into_iter().filter(|scope| said.contains_key(&scope_columns(*scope, org.0).0)).collect();
        let found = if let Some(found) = shared.get(&speaking) {
            Arc::clone(found)
        } else {
            let composed = Arc::new(compose(org, &speaking, &said)?);
            shared.insert(speaking, Arc::clone(&composed));
            composed
        };
        effective.insert(place, found);
    }
    Ok(effective)
}

fn compose(
    org: OrgId,
    chain: &[Scope],
    said: &HashMap<Uuid, (u32, PolicyPatch)>,
) -> Result<Effective, Fault> {
    let layers: Vec<(PolicyScope, &(u32, PolicyPatch))> = chain
        .iter()
        .filter_map(|scope| Some((scope.layer(), said.get(&scope_columns(*scope, org.0).0)?)))
        .collect();
    let versions = layers.iter().map(|(layer, (version, _))| (layer.code(), *version)).collect();
    let patches: Vec<_> = layers.iter().map(|(layer, (_, patch))| (*layer, patch)).collect();
    let policy = resolve(&patches)
        .map_err(|problems| Fault::new(format!("the stored policy is not sound: {problems:?}")))?;
    Ok(Effective { policy, versions })
}

async fn latest(
    sql: &impl TenantSql,
    scopes: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, (u32, PolicyPatch)>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT p.scope_id, p.version, p.patch FROM policy_version p
                 WHERE p.org_id = $1 AND p.scope_id {}
                   AND p.version = (SELECT MAX(q.version) FROM policy_version q
                                    WHERE q.org_id = $1 AND q.scope_id = p.scope_id)",
                dialect.is_one_of_ids(2)
            ),
            vec![dialect.ids(scopes)],
        )
        .await?;
    rows.iter().map(|row| Ok((column(row, 0)?, (version_number(row, 1)?, stored_patch(row, 2)?)))).collect()
}

/// A page of a scope's versions, newest first: those before `before`.
///
/// # Errors
/// A fault when the database fails.
pub async fn versions(
    sql: &impl TenantSql,
    org: OrgId,
    scope: Scope,
    before: Option<u32>,
    limit: u64,
) -> Result<Vec<PolicyVersionRow>, Fault> {
    let rows = sql
        .rows(
            "SELECT version, patch, note, published_by, published_at FROM policy_version
             WHERE org_id = $1 AND scope_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4",
            vec![
                scope_columns(scope, org.0).0.into(),
                before.map_or(i32::MAX, |before| i32::try_from(before).unwrap_or(i32::MAX)).into(),
                i64::try_from(limit).unwrap_or(i64::MAX).into(),
            ],
        )
        .await?;
    rows.iter().map(|row| version_row(scope, row)).collect()
}

/// One version of a scope.
///
/// # Errors
/// A fault when the database fails.
pub async fn version(
    sql: &impl TenantSql,
    org: OrgId,
    scope: Scope,
    version: u32,
) -> Result<Option<PolicyVersionRow>, Fault> {
    let found = versions(sql, org, scope, Some(version.saturating_add(1)), 1).await?;
    Ok(found.into_iter().find(|row| row.version == version))
}

fn version_row(scope: Scope, row: &QueryResult) -> Result<PolicyVersionRow, Fault> {
    let at: i64 = column(row, 4)?;
    Ok(PolicyVersionRow {
        scope,
        version: version_number(row, 0)?,
        patch: stored_patch(row, 1)?,
        note: column(row, 2)?,
        published_by: column(row, 3)?,
        published_at: Timestamp::from_millis(at).ok_or_else(|| Fault::new("policy_version.published_at"))?,
    })
}

pub(super) fn version_number(row: &QueryResult, index: usize) -> Result<u32, Fault> {
    let version: i32 = column(row, index)?;
    u32::try_from(version).map_err(|error| Fault::from_error("policy_version.version", error))
}

pub(super) fn stored_patch(row: &QueryResult, index: usize) -> Result<PolicyPatch, Fault> {
    let text: String = column(row, index)?;
    PolicyPatch::parse(&text).map_err(|problems| Fault::new(format!("policy_version.patch: {problems:?}")))
}
