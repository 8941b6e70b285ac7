use std::convert::Infallible;

use qun_domain::access::Capability;
use qun_domain::audit::{Hash, Head};
use qun_domain::command::{Failure, Outcome};
use qun_domain::fault::Fault;
use qun_domain::id::AuditId;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use serde_json::Value as Json;

use crate::db::{OrgRead, TenantSql, column, timestamp};

/// A row of the audit log: a mutation that took place.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// Its id.
    pub id: AuditId,
    /// When the mutation took place.
    pub at: Timestamp,
    /// Who did it: `account:…`, `api-key:…`, `operator` or `job`.
    pub actor: String,
    /// What was done: `context.verb`.
    pub verb: String,
    /// Code of the capability that allowed it.
    pub capability: String,
    /// What it was done to: `kind:id`.
    pub target: Option<String>,
    /// What changed.
    pub detail: Option<Json>,
    /// The same, byte by byte as it is kept and hashed.
    pub detail_text: Option<String>,
    /// The request in whose course it was done.
    pub request_id: Option<String>,
    /// Its place in the chain; none while it waits for it.
    pub seal: Option<Seal>,
}

/// What ties a row to all rows before it (Z7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The place of the row: 1 for the first, without gaps.
    pub sequence: i64,
    /// The hash of the row.
    pub entry_hash: Hash,
    /// The hash of the seal: over that of the row and that of the seal before.
    pub hash: Hash,
    /// When it was sealed.
    pub sealed_at: Timestamp,
}

/// A page of the audit log, newest first. Each filter has an index in the order of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// Those of this actor alone, as [`AuditRow::actor`] names it.
    pub actor: Option<String>,
    /// Those of this verb alone.
    pub verb: Option<String>,
    /// Those that this capability allowed alone.
    pub capability: Option<Capability>,
    /// Those done to one of these alone, as [`AuditRow::target`] names them; empty for all.
    pub targets: Vec<String>,
    /// Those of this request alone.
    pub request_id: Option<String>,
    /// Those from this instant on.
    pub since: Option<Timestamp>,
    /// Those before this instant.
    pub until: Option<Timestamp>,
    /// Those after this place in the order of the page.
    pub after: Option<(Timestamp, AuditId)>,
    /// At most so many.
    pub limit: u32,
}

impl AuditPage {
    /// The newest of all rows.
    pub fn newest(limit: u32) -> Self {
        Self { limit, ..Self::default() }
    }
}

const COLUMNS: &str = "id, at, actor, verb, capability, target, detail, request_id";
const ORDER: &str = "ORDER BY at DESC, id DESC";

/// The rows of a page of the audit log.
///
/// # Errors
/// [`Failure::Forbidden`] for who may not administer the organization.
pub async fn audit_page(read: &OrgRead, page: &AuditPage) -> Outcome<Vec<AuditRow>, Infallible> {
    admit(read)?;
    let mut params: Vec<Value> = Vec::new();
    let mut bind = |value: Value| {
        params.push(value);
        format!("${}", params.len() + 1)
    };
    let limit = bind(i64::from(page.limit).into());
    let narrowed = conditions(page, &mut bind);
    let slice = |rest: &str| {
        format!("SELECT {COLUMNS} FROM audit_log WHERE org_id = $1{narrowed}{rest} {ORDER} LIMIT {limit}")
    };
    let found = match page.targets.as_slice() {
        [] => slice(""),
        // Each is a stretch of the index in the order of the page.
        targets => {
            let one = |(n, target): (usize, &String)| {
                let target = bind(target.as_str().into());
                format!("SELECT * FROM ({}) AS t{n}", slice(&format!(" AND target = {target}")))
            };
            let all: Vec<String> = targets.iter().enumerate().map(one).collect();
            format!("SELECT * FROM ({}) AS t {ORDER} LIMIT {limit}", all.join(" UNION ALL "))
        }
    };
    let sql = format!(
        "SELECT a.id, a.at, a.actor, a.verb, a.capability, a.target, a.detail, a.request_id,
                s.sequence, s.entry_hash, s.hash, s.sealed_at
         FROM ({found}) AS a LEFT JOIN audit_seal s ON s.org_id = $1 AND s.audit_id = a.id
         ORDER BY a.at DESC, a.id DESC"
    );
    Ok(read.rows(&sql, params).await?.iter().map(model).collect::<Result<_, _>>()?)
}

/// What all rows of the page have in common, its targets aside.
fn conditions(page: &AuditPage, bind: &mut impl FnMut(Value) -> String) -> String {
    let mut text = String::new();
    let mut is = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            text.push_str(&format!(" AND {condition} {}", bind(value)));
        }
    };
    is("actor =", page.actor.as_deref().map(Into::into));
    is("verb =", page.verb.as_deref().map(Into::into));
    is("capability =", page.capability.map(|capability| capability.code().into()));
    is("request_id =", page.request_id.as_deref().map(Into::into));
    is("at >=", page.since.map(|at| at.millis().into()));
    is("at <", page.until.map(|at| at.millis().into()));
    if let Some((at, id)) = page.after {
        let (at, id) = (bind(at.millis().into()), bind(id.0.into()));
        text.push_str(&format!(" AND (at, id) < ({at}, {id})"));
    }
    text
}

/// The last seal of the organization, and when it was made; `None` where nothing is sealed yet.
///
/// # Errors
/// [`Failure::Forbidden`] for who may not administer the organization.
pub async fn audit_head(read: &OrgRead) -> Outcome<Option<(Head, Timestamp)>, Infallible> {
    admit(read)?;
    Ok(head(read).await?.filter(|(head, _)| *head != Head::NONE))
}

/// The last seal as who seals keeps it; [`Head::NONE`] where nothing is sealed yet.
pub(super) async fn head_now(read: &OrgRead) -> Result<Head, Fault> {
    Ok(head(read).await?.map_or(Head::NONE, |(head, _)| head))
}

async fn head(read: &OrgRead) -> Result<Option<(Head, Timestamp)>, Fault> {
    let rows =
        read.rows("SELECT sequence, hash, sealed_at FROM audit_head WHERE org_id = $1", vec![]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let head = Head { sequence: column(row, 0)?, hash: hash(row, 1, || "audit_head.hash".to_owned())? };
    Ok(Some((head, timestamp(row, 2)?)))
}

fn admit(read: &OrgRead) -> Result<(), Failure<Infallible>> {
    let needs = Capability::ManageOrganization;
    if read.scope().actor().may(needs) { Ok(()) } else { Err(Failure::Forbidden(needs)) }
}

/// Column `index` as a hash; `named` is what a fault calls it.
pub(super) fn hash(row: &QueryResult, index: usize, named: impl FnOnce() -> String) -> Result<Hash, Fault> {
    let bytes: Vec<u8> = column(row, index)?;
    Hash::try_from(bytes.as_slice()).map_err(|error| Fault::from_error(named(), error))
}

fn model(row: &QueryResult) -> Result<AuditRow, Fault> {
    let id = AuditId(column(row, 0)?);
    let detail_text: Option<String> = column(row, 6)?;
    let detail = detail_text
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(|error| Fault::from_error(format!("audit_log.detail of {id}"), error))?;
    let sequence: Option<i64> = column(row, 8)?;
    let seal = sequence
        .map(|sequence| {
            Ok::<_, Fault>(Seal {
                sequence,
                entry_hash: hash(row, 9, || format!("audit_seal.entry_hash of {id}"))?,
                hash: hash(row, 10, || format!("audit_seal.hash of {id}"))?,
                sealed_at: timestamp(row, 11)?,
            })
        })
        .transpose()?;
    Ok(AuditRow {
        id,
        at: timestamp(row, 1)?,
        actor: column(row, 2)?,
        verb: column(row, 3)?,
        capability: column(row, 4)?,
        target: column(row, 5)?,
        detail,
        detail_text,
        request_id: column(row, 7)?,
        seal,
    })
}
