use qun_domain::audit::{Flaw, Head, Mark, Sealed, Walk};
use qun_domain::fault::Fault;
use qun_domain::id::AuditId;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use super::read::{hash, head_now};
use super::seal::hash_of;
use crate::db::{OrgRead, TenantSql, column, timestamp_or_none};

/// How long a row may wait for its seal until it counts as a flaw, in milliseconds: 10 minutes, in
/// which a server seals 60 times.
pub const OVERDUE: i64 = 10 * 60 * Timestamp::SECOND;

/// Seals that are looked at by one statement.
const PAGE: i64 = 1_000;

/// What came of verifying the chain of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The last seal that was found good: to be noted elsewhere, and named the next time.
    pub head: Head,
    /// Rows that wait for their seals, not too long.
    pub waiting: i64,
    /// The first place at which the log is not what was sealed.
    pub flaw: Option<Flaw>,
}

/// Goes along the whole chain of an organization; `noted` are heads that somebody kept elsewhere.
/// What is written meanwhile is no flaw.
///
/// # Errors
/// A fault when the database fails, or holds what cannot be read.
pub async fn verify(read: &OrgRead, noted: &[Head], now: Timestamp) -> Result<Verified, Fault> {
    let mut marks = vec![(Mark::Kept, head_now(read).await?)];
    marks.extend(noted.iter().map(|head| (Mark::Noted, *head)));
    let mut walk = Walk::new(read.scope().org(), marks);
    let mut flaw = along(read, &mut walk).await?;
    if flaw.is_none() {
        flaw = walk.end(head_now(read).await?).err();
    }
    let left = left_over(read, now).await?;
    let flaw = flaw.or(left.flaw);
    Ok(Verified { head: walk.head(), waiting: left.waiting, flaw })
}

/// Looks at each seal with its row.
async fn along(read: &OrgRead, walk: &mut Walk) -> Result<Option<Flaw>, Fault> {
    let mut after: i64 = 0;
    loop {
        let rows = read
            .rows(
                "SELECT s.sequence, s.audit_id, s.entry_hash, s.hash, s.sealed_at, a.id,
                        a.at, a.actor, a.verb, a.capability, a.target, a.detail, a.request_id
                 FROM audit_seal s LEFT JOIN audit_log a ON a.org_id = s.org_id AND a.id = s.audit_id
                 WHERE s.org_id = $1 AND s.sequence > $2 ORDER BY s.sequence LIMIT $3",
                vec![after.into(), PAGE.into()],
            )
            .await?;
        for row in &rows {
            let found = sealed(read, row)?;
            after = found.sequence;
            if let Err(flaw) = walk.step(&found) {
                return Ok(Some(flaw));
            }
        }
        if rows.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
            return Ok(None);
        }
    }
}

fn sealed(read: &OrgRead, row: &QueryResult) -> Result<Sealed, Fault> {
    let (sequence, id): (i64, AuditId) = (column(row, 0)?, AuditId(column(row, 1)?));
    let there: Option<Uuid> = column(row, 5)?;
    Ok(Sealed {
        sequence,
        row: id,
        entry: hash(row, 2, || format!("audit_seal.entry_hash of {sequence}"))?,
        hash: hash(row, 3, || format!("audit_seal.hash of {sequence}"))?,
        sealed_at: column(row, 4)?,
        now: there.map(|_| hash_of(read.scope().org(), id, row, 6)).transpose()?,
    })
}

struct LeftOver {
    waiting: i64,
    flaw: Option<Flaw>,
}

/// What no seal vouches for.
async fn left_over(read: &OrgRead, now: Timestamp) -> Result<LeftOver, Fault> {
    let rows = read
        .rows(
            "SELECT COUNT(CASE WHEN a.at >= $2 THEN 1 END), COUNT(CASE WHEN a.at < $2 THEN 1 END), MIN(a.at),
                    (SELECT COUNT(*) FROM audit_unsealed u WHERE u.org_id = $1 AND NOT EXISTS
                        (SELECT 1 FROM audit_log w WHERE w.org_id = u.org_id AND w.id = u.audit_id))
             FROM audit_log a WHERE a.org_id = $1 AND NOT EXISTS
                (SELECT 1 FROM audit_seal s WHERE s.org_id = a.org_id AND s.audit_id = a.id)",
            vec![now.plus_millis(-OVERDUE).millis().into()],
        )
        .await?;
    let row = rows.first().ok_or_else(|| Fault::new("an aggregate has no row"))?;
    let (waiting, overdue, vanished): (i64, i64, i64) = (column(row, 0)?, column(row, 1)?, column(row, 3)?);
    let flaw = match timestamp_or_none(row, 2)? {
        _ if vanished > 0 => Some(Flaw::Vanished { rows: vanished }),
        Some(oldest) if overdue > 0 => Some(Flaw::Unsealed { rows: overdue, oldest }),
        _ => None,
    };
    Ok(LeftOver { waiting, flaw })
}
