//! Reads of communities and groups for the API and the other contexts.

use qun_domain::fault::Fault;
use qun_domain::groups::{Community, Group};
use qun_domain::id::{CommunityId, GroupId};
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{chat_group, community};
use super::map::{community_model, group_model};
use super::pages::{GROUP_COLUMNS, group_row};
use crate::db::TenantSql;

/// The groups with these ids, those that there are.
///
/// # Errors
/// A fault when the database fails.
pub async fn groups_by_id(sql: &impl TenantSql, ids: &[GroupId]) -> Result<Vec<Group>, Fault> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sql.all::<chat_group::Entity>(|q| q.filter(chat_group::Column::Id.is_in(ids))).await?;
    rows.into_iter().map(group_model).collect()
}

/// The communities with these ids, those that there are.
///
/// # Errors
/// A fault when the database fails.
pub async fn communities_by_id(sql: &impl TenantSql, ids: &[CommunityId]) -> Result<Vec<Community>, Fault> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sql.all::<community::Entity>(|q| q.filter(community::Column::Id.is_in(ids))).await?;
    rows.into_iter().map(community_model).collect()
}

/// A page of groups in order of name: those after `after`, at most `limit`.
///
/// # Errors
/// A fault when the database fails.
pub async fn groups(
    sql: &impl TenantSql,
    community: Option<CommunityId>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Group>, Fault> {
    let rows = sql
        .all::<chat_group::Entity>(|mut q| {
            if let Some(id) = community {
                q = q.filter(chat_group::Column::CommunityId.eq(id.0));
            }
            if let Some(name) = after {
                q = q.filter(chat_group::Column::Name.gt(name));
            }
            q.order_by_asc(chat_group::Column::Name).limit(limit)
        })
        .await?;
    rows.into_iter().map(group_model).collect()
}

/// A page of communities in order of name: those after `after`, at most `limit`.
///
/// # Errors
/// A fault when the database fails.
pub async fn communities(
    sql: &impl TenantSql,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Community>, Fault> {
    let rows = sql
        .all::<community::Entity>(|mut q| {
            if let Some(name) = after {
                q = q.filter(community::Column::Name.gt(name));
            }
            q.order_by_asc(community::Column::Name).limit(limit)
        })
        .await?;
    rows.into_iter().map(community_model).collect()
}

/// The group of this name.
///
/// # Errors
/// A fault when the database fails.
pub async fn group_named(sql: &impl TenantSql, name: &str) -> Result<Option<Group>, Fault> {
    // Read with nearly every request: no statement is put together for it.
    let text = format!("SELECT {GROUP_COLUMNS} FROM chat_group WHERE org_id = $1 AND name = $2");
    sql.rows(&text, vec![name.into()]).await?.first().map(group_row).transpose()
}

/// The community of this name.
///
/// # Errors
/// A fault when the database fails.
pub async fn community_named(sql: &impl TenantSql, name: &str) -> Result<Option<Community>, Fault> {
    let row = sql.one::<community::Entity>(|q| q.filter(community::Column::Name.eq(name))).await?;
    row.map(community_model).transpose()
}

/// The groups of these names, those that there are.
///
/// # Errors
/// A fault when the database fails.
pub async fn groups_named(
    sql: &impl TenantSql,
    names: &[qun_domain::groups::Name],
) -> Result<Vec<Group>, Fault> {
    let names: Vec<&str> = names.iter().map(qun_domain::groups::Name::as_str).collect();
    let rows = sql.all::<chat_group::Entity>(|q| q.filter(chat_group::Column::Name.is_in(names))).await?;
    rows.into_iter().map(group_model).collect()
}

/// The communities of these names, those that there are.
///
/// # Errors
/// A fault when the database fails.
pub async fn communities_named(
    sql: &impl TenantSql,
    names: &[qun_domain::groups::Name],
) -> Result<Vec<Community>, Fault> {
    let names: Vec<&str> = names.iter().map(qun_domain::groups::Name::as_str).collect();
    let rows = sql.all::<community::Entity>(|q| q.filter(community::Column::Name.is_in(names))).await?;
    rows.into_iter().map(community_model).collect()
}

/// The ids of a community's groups.
///
/// # Errors
/// A fault when the database fails.
pub async fn groups_of_community(
    sql: &impl TenantSql,
    community: CommunityId,
) -> Result<Vec<GroupId>, Fault> {
    let rows =
        sql.all::<chat_group::Entity>(|q| q.filter(chat_group::Column::CommunityId.eq(community.0))).await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}
