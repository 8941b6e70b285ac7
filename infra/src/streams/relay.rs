//! Gives events their positions.
//!
//! A row of the outbox gets its position when it is seen committed, in a transaction that holds
//! the head of its organization. So positions have no gaps, and become visible in their order:
//! who has read up to one of them has missed nothing, however late an event before it in time
//! was committed. Events of one aggregate are seen in the order in which they were written,
//! because their writers hold the aggregate's row until they commit. A relay that dies leaves
//! rows with or without their position, never in between; any number of them may run at once.

use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use qun_domain::streams::Position;
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;

use crate::db::{Db, SystemTx, column};

/// Events that get their position in one transaction.
const AT_ONCE: u32 = 1_000;

/// Gives every committed event its position; how far each organization that had any has come.
///
/// # Errors
/// A fault when the database fails; what has its position by then keeps it.
pub async fn relay(db: &Db, now: Timestamp) -> Result<Vec<(OrgId, Position)>, Fault> {
    let mut heads = Vec::new();
    for org in waiting(db).await? {
        while let Some(relayed) = number(db, org, now).await? {
            match heads.last_mut() {
                Some((last, head)) if *last == org => *head = relayed.head,
                _ => heads.push((org, relayed.head)),
            }
            if relayed.events < i64::from(AT_ONCE) {
                break;
            }
        }
    }
    Ok(heads)
}

/// The organizations with events that nobody was told.
async fn waiting(db: &Db) -> Result<Vec<OrgId>, Fault> {
    let door = SystemTx::begin(db).await?;
    let rows = door
        .rows("SELECT DISTINCT org_id FROM outbox WHERE delivered_at IS NULL ORDER BY org_id", vec![])
        .await?;
    door.commit().await?;
    rows.iter().map(|row| column::<Uuid>(row, 0).map(OrgId)).collect()
}

struct Relayed {
    events: i64,
    head: Position,
}

async fn number(db: &Db, org: OrgId, now: Timestamp) -> Result<Option<Relayed>, Fault> {
    let door = SystemTx::begin(db).await?;
    let head = hold(&door, org).await?;
    // A statement of its own: it sees what was committed while the head was waited for.
    let written = door.dialect().written();
    let sql = format!(
        "UPDATE outbox SET delivered_at = $2, position = $3 + next.place
         FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY {written}) AS place FROM outbox
               WHERE org_id = $1 AND delivered_at IS NULL ORDER BY {written} LIMIT $4) AS next
         WHERE outbox.org_id = $1 AND outbox.id = next.id RETURNING at"
    );
    let params = vec![org.0.into(), now.millis().into(), head.0.into(), i64::from(AT_ONCE).into()];
    let told = door.rows(&sql, params).await?;
    let events = i64::try_from(told.len()).unwrap_or(i64::MAX);
    let head = head.plus(events);
    if events > 0 {
        door.run("UPDATE outbox_head SET position = $2 WHERE org_id = $1", vec![org.0.into(), head.0.into()])
            .await?;
    }
    door.commit().await?;
    for row in &told {
        let at: i64 = column(row, 0)?;
        metrics::histogram!("qun_event_relay_seconds").record((now.millis() - at).max(0) as f64 / 1_000.0);
    }
    metrics::counter!("qun_events_relayed_total").increment(told.len() as u64);
    Ok((events > 0).then_some(Relayed { events, head }))
}

/// Where the organization's events have come to, held against other relays until the commit.
async fn hold(door: &SystemTx, org: OrgId) -> Result<Position, Fault> {
    let sql = format!("SELECT position FROM outbox_head WHERE org_id = $1{}", door.dialect().for_update());
    if let Some(row) = door.rows(&sql, vec![org.0.into()]).await?.first() {
        return Ok(Position(column(row, 0)?));
    }
    door.run(
        "INSERT INTO outbox_head (org_id, position, forgotten) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING",
        vec![org.0.into()],
    )
    .await?;
    // Another relay may have been first.
    let rows = door.rows(&sql, vec![org.0.into()]).await?;
    let row = rows.first().ok_or_else(|| Fault::new(format!("outbox_head of {org} is gone")))?;
    Ok(Position(column(row, 0)?))
}

/// How far each of these organizations has come.
pub(super) async fn heads(db: &Db, orgs: &[OrgId]) -> Result<Vec<(OrgId, Position)>, Fault> {
    let door = SystemTx::begin(db).await?;
    let dialect = door.dialect();
    let sql = format!("SELECT org_id, position FROM outbox_head WHERE org_id {}", dialect.is_one_of_ids(1));
    let rows = door.rows(&sql, vec![dialect.ids(orgs.iter().copied())]).await?;
    door.commit().await?;
    rows.iter().map(|row| Ok((OrgId(column::<Uuid>(row, 0)?), Position(column(row, 1)?)))).collect()
}
