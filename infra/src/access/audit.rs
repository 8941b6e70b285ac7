use std::convert::Infallible;

use qun_domain::access::Capability;
use qun_domain::command::{Failure, Outcome};
use qun_domain::fault::Fault;
use qun_domain::id::AuditId;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::db::{OrgRead, OrgScope, SystemTx, TenantSql, column, json, timestamp};
use crate::ids::Ids;

/// One row of the audit log: a mutation that took place.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Its id; later entries have greater ones, to the millisecond.
    pub id: AuditId,
    /// When the mutation took place.
    pub at: Timestamp,
    /// Who did it: `account:…`, `operator` or `job`.
    pub actor: String,
    /// What was done: `context.verb`.
    pub verb: String,
    /// Code of the capability that allowed it.
    pub capability: String,
    /// What it was done to: `kind:id`.
    pub target: Option<String>,
    /// What changed.
    pub detail: Option<Json>,
    /// The request in whose course it was done.
    pub request_id: Option<String>,
}

/// The audit log of an organization, newest first: the entries after `after`, at most
/// `limit`.
///
/// # Errors
/// [`Failure::Forbidden`] for who may not administer the organization.
pub async fn audit_page(
    read: &OrgRead,
    after: Option<AuditId>,
    limit: u32,
) -> Outcome<Vec<AuditEntry>, Infallible> {
    let select = "SELECT id, at, actor, verb, capability, target, detail, request_id FROM audit_log";
    let rows = newest_first(read, select, after.map(|id| id.0), limit).await?;
    Ok(rows.iter().map(entry).collect::<Result<_, _>>()?)
}

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

fn entry(row: &QueryResult) -> Result<AuditEntry, Fault> {
    let id = AuditId(column(row, 0)?);
    let detail: Option<String> = column(row, 6)?;
    let detail = detail
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| Fault::from_error(format!("audit_log.detail of {id}"), error))?;
    Ok(AuditEntry {
        id,
        at: timestamp(row, 1)?,
        actor: column(row, 2)?,
        verb: column(row, 3)?,
        capability: column(row, 4)?,
        target: column(row, 5)?,
        detail,
        request_id: column(row, 7)?,
    })
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
    let id: AuditId = ids.make();
    door.run(
        "INSERT INTO audit_log (org_id, id, at, actor, verb, capability, target, detail, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            scope.org().0.into(),
            id.0.into(),
            now.millis().into(),
            scope.actor().to_string().into(),
            note.verb.into(),
            note.capability.code().into(),
            note.target.into(),
            json(&note.detail)?.into(),
            scope.request_id().into(),
        ],
    )
    .await?;
    Ok(())
}
