use qun_domain::fault::Fault;
use qun_domain::streams::EventsPort;
use qun_domain::time::Timestamp;

use crate::db::{OrgTx, TenantSql, column};

impl EventsPort for OrgTx {
    async fn forget_events(&mut self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        // Positions have no gaps: what goes is all up to one of them.
        let rows = self
            .rows(
                "SELECT MAX(position), COUNT(*) FROM (
                     SELECT position FROM outbox WHERE org_id = $1 AND delivered_at < $2
                     ORDER BY position LIMIT $3) AS oldest",
                vec![before.millis().into(), i64::from(limit).into()],
            )
            .await?;
        let last: Option<i64> = rows.first().map_or(Ok(None), |row| column(row, 0))?;
        let Some(last) = last else { return Ok(0) };
        self.run("UPDATE outbox_head SET forgotten = $2 WHERE org_id = $1", vec![last.into()]).await?;
        self.run("DELETE FROM outbox WHERE org_id = $1 AND position <= $2", vec![last.into()]).await
    }
}
