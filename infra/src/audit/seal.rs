//! Gives committed rows their places in the chain.
//!
//! Rows that wait are noted in `audit_unsealed`, by the statement that adds them: whatever was
//! committed late is found there, and nothing has to be looked for in the log. Sealing is one
//! transaction a page, which holds the head of the organization: a process that dies leaves rows
//! with or without their seals, and any number of them may seal at once. Writers never wait for it.

use std::time::Duration;

use qun_domain::audit::{Entry, Hash, Head, Link};
use qun_domain::fault::Fault;
use qun_domain::id::{AuditId, OrgId};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;
use tokio::time::sleep;
use tracing::warn;

use super::read::hash;
use crate::clock::Clock;
use crate::db::{Column, Db, SystemTx, column};
use crate::supervise;

/// How often a server seals what was written: a row waits no longer while one runs.
pub const PERIOD: Duration = Duration::from_secs(10);

/// Rows that are sealed in one transaction.
const AT_ONCE: u32 = 1_000;

/// Seals from now on, as long as this process lives.
pub fn start(db: Db, clock: Clock) {
    supervise::spawn("audit seals", async move {
        loop {
            if let Err(fault) = seal(&db, clock.now()).await {
                warn!(fault = fault.chain(), "the audit log is not sealed");
            }
            sleep(PERIOD).await;
        }
    });
}

/// Seals every committed row of every organization; how many.
///
/// # Errors
/// A fault when the database fails; what is sealed by then stays so.
pub async fn seal(db: &Db, now: Timestamp) -> Result<u64, Fault> {
    let mut sealed = 0;
    for org in waiting(db).await? {
        sealed += seal_of(db, org, now).await?;
    }
    Ok(sealed)
}

/// As [`seal`], of one organization.
///
/// # Errors
/// As [`seal`].
pub async fn seal_of(db: &Db, org: OrgId, now: Timestamp) -> Result<u64, Fault> {
    let mut sealed = 0;
    loop {
        let page = seal_page(db, org, now).await?;
        sealed += page;
        if page < u64::from(AT_ONCE) {
            return Ok(sealed);
        }
    }
}

/// The organizations with rows that wait.
async fn waiting(db: &Db) -> Result<Vec<OrgId>, Fault> {
    let door = SystemTx::begin(db).await?;
    let rows = door.rows("SELECT DISTINCT org_id FROM audit_unsealed ORDER BY org_id", vec![]).await?;
    door.commit().await?;
    rows.iter().map(|row| column::<Uuid>(row, 0).map(OrgId)).collect()
}

async fn seal_page(db: &Db, org: OrgId, now: Timestamp) -> Result<u64, Fault> {
    let door = SystemTx::begin(db).await?;
    let mut head = hold(&door, org, now).await?;
    // A statement of its own: it sees what was sealed while the head was waited for.
    let rows = door
        .rows(
            "SELECT a.id, a.at, a.actor, a.verb, a.capability, a.target, a.detail, a.request_id
             FROM audit_unsealed u JOIN audit_log a ON a.org_id = u.org_id AND a.id = u.audit_id
             WHERE u.org_id = $1 ORDER BY u.audit_id LIMIT $2",
            vec![org.0.into(), i64::from(AT_ONCE).into()],
        )
        .await?;
    if rows.is_empty() {
        door.commit().await?;
        return Ok(0);
    }
    let mut seals = Seals::default();
    for row in &rows {
        let (id, entry) = entry(org, row)?;
        let (sequence, previous) = (head.sequence + 1, head.hash);
        let hash = Link { org, sequence, previous, entry, sealed_at: now.millis() }.hash();
        head = Head { sequence, hash };
        seals.ids.push(id.0);
        seals.sequences.push(sequence);
        seals.entries.push(entry.0.to_vec());
        seals.hashes.push(hash.0.to_vec());
    }
    seals.write(&door, org, now).await?;
    door.run(
        "UPDATE audit_head SET sequence = $2, hash = $3, sealed_at = $4 WHERE org_id = $1",
        vec![org.0.into(), head.sequence.into(), head.hash.0.to_vec().into(), now.millis().into()],
    )
    .await?;
    door.commit().await?;
    Ok(rows.len() as u64)
}

/// Seals that are yet to be written, column by column.
#[derive(Default)]
struct Seals {
    ids: Vec<Uuid>,
    sequences: Vec<i64>,
    entries: Vec<Vec<u8>>,
    hashes: Vec<Vec<u8>>,
}

impl Seals {
    /// Adds the seals, whose rows wait no more.
    async fn write(self, door: &SystemTx, org: OrgId, now: Timestamp) -> Result<(), Fault> {
        let dialect = door.dialect();
        let sql =
            format!("DELETE FROM audit_unsealed WHERE org_id = $1 AND audit_id {}", dialect.is_one_of_ids(2));
        let sealed = self.ids.len();
        let waited = door.run(&sql, vec![org.0.into(), dialect.ids(self.ids.iter().copied())]).await?;
        if waited != sealed as u64 {
            return Err(Fault::new(format!(
                "sealing rows of {org}: {waited} of {sealed} waited in audit_unsealed"
            )));
        }
        let columns = vec![
            ("audit_id", Column::Id(self.ids)),
            ("sequence", Column::Long(self.sequences)),
            ("entry_hash", Column::Bytes(self.entries)),
            ("hash", Column::Bytes(self.hashes)),
            ("sealed_at", Column::Time(vec![now.millis(); sealed])),
        ];
        door.insert_many(org, "audit_seal", columns).await?;
        Ok(())
    }
}

/// The head of the chain, held against others who seal until the commit.
async fn hold(door: &SystemTx, org: OrgId, now: Timestamp) -> Result<Head, Fault> {
    let sql =
        format!("SELECT sequence, hash FROM audit_head WHERE org_id = $1{}", door.dialect().for_update());
    if let Some(row) = door.rows(&sql, vec![org.0.into()]).await?.first() {
        return read_head(org, row);
    }
    door.run(
        "INSERT INTO audit_head (org_id, sequence, hash, sealed_at) VALUES ($1, 0, $2, $3) ON CONFLICT DO NOTHING",
        vec![org.0.into(), Hash::NONE.0.to_vec().into(), now.millis().into()],
    )
    .await?;
    // Another may have been first.
    let rows = door.rows(&sql, vec![org.0.into()]).await?;
    let row = rows.first().ok_or_else(|| Fault::new(format!("audit_head of {org} is gone")))?;
    read_head(org, row)
}

fn read_head(org: OrgId, row: &QueryResult) -> Result<Head, Fault> {
    Ok(Head { sequence: column(row, 0)?, hash: hash(row, 1, || format!("audit_head.hash of {org}"))? })
}

/// A row of the log and its hash; its columns begin with that of its id.
fn entry(org: OrgId, row: &QueryResult) -> Result<(AuditId, Hash), Fault> {
    let id = AuditId(column(row, 0)?);
    Ok((id, hash_of(org, id, row, 1)?))
}

/// The hash of a row, whose columns after the id begin at `from`.
pub(super) fn hash_of(org: OrgId, id: AuditId, row: &QueryResult, from: usize) -> Result<Hash, Fault> {
    let (actor, verb, capability): (String, String, String) =
        (column(row, from + 1)?, column(row, from + 2)?, column(row, from + 3)?);
    let (target, detail, request_id): (Option<String>, Option<String>, Option<String>) =
        (column(row, from + 4)?, column(row, from + 5)?, column(row, from + 6)?);
    let entry = Entry {
        org,
        id,
        at: column(row, from)?,
        actor: &actor,
        verb: &verb,
        capability: &capability,
        target: target.as_deref(),
        detail: detail.as_deref(),
        request_id: request_id.as_deref(),
    };
    Ok(entry.hash())
}
