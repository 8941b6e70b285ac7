use std::sync::Arc;

use qun_domain::fault::Fault;
use qun_domain::streams::Position;
use qun_domain::time::Timestamp;

use super::event::{Event, FOLLOWED, What};
use crate::db::{OrgRead, TenantSql, column, timestamp, timestamp_or_none};

/// Events that are read at once.
const PAGE: u32 = 100;

/// How far the events of an organization have come.
pub(super) struct Head {
    /// The last event that was told.
    pub(super) position: Position,
    /// The last event that was forgotten.
    pub(super) forgotten: Position,
    /// When the event after the one that was asked about was told; nothing while there is none.
    pub(super) next_told_at: Option<Timestamp>,
}

/// How far the events have come, and when the one after `after` was told.
pub(super) async fn head(sql: &impl TenantSql, after: Position) -> Result<Head, Fault> {
    let rows = sql
        .rows(
            "SELECT h.position, h.forgotten, o.delivered_at
             FROM outbox_head h LEFT JOIN outbox o ON o.org_id = $1 AND o.position = $2
             WHERE h.org_id = $1",
            vec![after.plus(1).0.into()],
        )
        .await?;
    // Nothing was ever told.
    let Some(row) = rows.first() else {
        return Ok(Head {
            position: Position::default(),
            forgotten: Position::default(),
            next_told_at: None,
        });
    };
    Ok(Head {
        position: Position(column(row, 0)?),
        forgotten: Position(column(row, 1)?),
        next_told_at: timestamp_or_none(row, 2)?,
    })
}

/// The last event of an organization that was told.
///
/// # Errors
/// A fault when the database fails.
pub async fn last(read: &OrgRead) -> Result<Position, Fault> {
    Ok(head(read, Position::default()).await?.position)
}

/// A stretch of an organization's events.
pub(super) struct Stretch {
    /// Those that may be followed, in their order.
    pub(super) events: Vec<Arc<Event>>,
    /// The last position that was looked at.
    pub(super) to: Position,
    /// Whether nothing comes after it yet.
    pub(super) is_last: bool,
}

/// What comes after a position, without end but a page at a time.
pub(super) async fn stretch(sql: &impl TenantSql, after: Position) -> Result<Stretch, Fault> {
    // All of them, so that a reader gets past those that it does not want.
    let statement = format!(
        "SELECT position, at, name, CASE WHEN name IN {FOLLOWED} THEN payload END FROM outbox
         WHERE org_id = $1 AND position > $2 ORDER BY position LIMIT $3"
    );
    let rows = sql.rows(&statement, vec![after.0.into(), i64::from(PAGE).into()]).await?;
    let mut found = Stretch { events: Vec::new(), to: after, is_last: rows.len() < PAGE as usize };
    for row in &rows {
        found.to = Position(column(row, 0)?);
        let payload: Option<String> = column(row, 3)?;
        let Some(payload) = payload else { continue };
        let what = What::read(&column::<String>(row, 2)?, &payload, found.to)?;
        found.events.push(Arc::new(Event { position: found.to, at: timestamp(row, 1)?, what }));
    }
    Ok(found)
}
