use qun_domain::access::{Actor, Capability};
use qun_domain::id::AuditId;
use qun_domain::time::Timestamp;
use sea_orm::sea_query::Value;

use crate::db::Dialect;

/// A row that is to be added to the audit log.
pub(crate) struct NewRow<'a> {
    pub(crate) id: AuditId,
    pub(crate) at: Timestamp,
    pub(crate) actor: &'a Actor,
    pub(crate) verb: &'static str,
    pub(crate) capability: Capability,
    pub(crate) target: Option<String>,
    /// JSON, as text.
    pub(crate) detail: Option<String>,
    pub(crate) request_id: Option<&'a str>,
}

const ROW: &str =
    "INSERT INTO audit_log (org_id, id, at, actor, verb, capability, target, detail, request_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// The statements that add a row and note that it waits for its seal, with their parameters from
/// `$2` on; `$1` is the organization. On Postgres they are one, and one round trip.
pub(crate) fn insert(dialect: Dialect, row: NewRow<'_>) -> Vec<(String, Vec<Value>)> {
    let id = row.id.0;
    let params = vec![
        id.into(),
        row.at.millis().into(),
        row.actor.to_string().into(),
        row.verb.into(),
        row.capability.code().into(),
        row.target.into(),
        row.detail.into(),
        row.request_id.into(),
    ];
    match dialect {
        Dialect::Postgres => vec![(
            format!(
                "WITH added AS ({ROW} RETURNING org_id, id)
                 INSERT INTO audit_unsealed (org_id, audit_id) SELECT org_id, id FROM added"
            ),
            params,
        )],
        Dialect::Sqlite => vec![
            (ROW.to_owned(), params),
            ("INSERT INTO audit_unsealed (org_id, audit_id) VALUES ($1, $2)".to_owned(), vec![id.into()]),
        ],
    }
}
