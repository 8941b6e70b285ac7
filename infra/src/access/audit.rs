use std::convert::Infallible;

use qun_domain::access::Capability;
use qun_domain::command::{Failure, Outcome};
use qun_domain::fault::Fault;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::audit::{NewRow, insert};
use crate::db::{OrgRead, OrgScope, SystemTx, TenantSql, json};
use crate::ids::Ids;

/// A page of what only those may see who administer the organization: the rows that `select`
/// finds, by id from the newest on.
pub(super) async fn newest_first(
    read: &OrgRead,
    select: &str,
    after: Option<Uuid>,
    limit: u32,
) -> Outcome<Vec<QueryResult>, Infallible> {
    if !read.scope().actor().may(Capability::ManageOrganization) {
        return Err(Failure::Forbidden(Capability::ManageOrganization));
    }
    let mut params: Vec<Value> = vec![i64::from(limit).into()];
    let older = after.map_or("", |id| {
        params.push(id.into());
        "AND id < $3"
    });
    let sql = format!("{select} WHERE org_id = $1 {older} ORDER BY id DESC LIMIT $2");
    Ok(read.rows(&sql, params).await?)
}

/// What a mutation through the system door tells the audit log.
pub(super) struct Note {
    pub(super) verb: &'static str,
    pub(super) capability: Capability,
    pub(super) target: String,
    pub(super) detail: Json,
}

/// Writes an audit row in the transaction of the mutation.
pub(super) async fn note(
    door: &SystemTx,
    ids: &Ids,
    now: Timestamp,
    scope: &OrgScope,
    note: Note,
) -> Result<(), Fault> {
    let row = NewRow {
        id: ids.make(),
        at: now,
        actor: scope.actor(),
        verb: note.verb,
        capability: note.capability,
        target: Some(note.target),
        detail: Some(json(&note.detail)?),
        request_id: scope.request_id(),
    };
    for (sql, mut params) in insert(door.dialect(), row) {
        params.insert(0, scope.org().0.into());
        door.run(&sql, params).await?;
    }
    Ok(())
}
