use std::collections::HashMap;

use qun_domain::fault::Fault;
use qun_domain::groups::Group;
use qun_domain::id::CommunityId;
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::{FromQueryResult, QueryResult};

use super::entity::chat_group;
use super::map::group_model;
use crate::db::{TenantSql, Union, column, fault, timestamp};

/// What a group is read of.
pub(crate) const GROUP_COLUMNS: &str = "org_id, id, community_id, name, platform, kind, time_zone, first_presence_at, text_kept_from, created_at";

/// A page of groups in order of name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroupPage {
    /// Those of this community; all of the organization without one.
    pub community: Option<CommunityId>,
    /// Those whose name comes after this one.
    pub after: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// The groups of each page, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn group_pages(sql: &impl TenantSql, pages: &[GroupPage]) -> Result<Vec<Vec<Group>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let of = |id: CommunityId| format!(" AND community_id = {}", union.bind(id.0));
        let community = page.community.map(of).unwrap_or_default();
        let beyond = |name: &String| format!(" AND name > {}", union.bind(name.as_str()));
        let after = page.after.as_ref().map(beyond).unwrap_or_default();
        let limit = union.bind(i64::from(page.limit));
        union.select(
            GROUP_COLUMNS,
            &format!("FROM chat_group WHERE org_id = $1{community}{after} ORDER BY name LIMIT {limit}"),
        );
    }
    // The rows of a place come in its order: every back end runs the selects one by one.
    union.pages(sql, 10, group_row).await
}

/// Reads a row of [`GROUP_COLUMNS`].
pub(crate) fn group_row(row: &QueryResult) -> Result<Group, Fault> {
    group_model(chat_group::Model::from_query_result(row, "").map_err(fault("reading a group"))?)
}

/// When each of these groups and communities was created.
///
/// # Errors
/// A fault when the database fails.
pub async fn created_at(sql: &impl TenantSql, ids: &[Uuid]) -> Result<HashMap<Uuid, Timestamp>, Fault> {
    let dialect = sql.dialect();
    let set = dialect.is_one_of_ids(2);
    let rows = sql
        .rows(
            &format!(
                "SELECT id, created_at FROM chat_group WHERE org_id = $1 AND id {set}
                 UNION ALL SELECT id, created_at FROM community WHERE org_id = $1 AND id {set}"
            ),
            vec![dialect.ids(ids.iter().copied())],
        )
        .await?;
    rows.iter().map(|row| Ok((column(row, 0)?, timestamp(row, 1)?))).collect()
}
