use qun_domain::access::{SecondFactorPort, SessionEnd};
use qun_domain::fault::Fault;
use qun_domain::id::SessionId;

use crate::db::{OrgTx, TenantSql, column};

impl SecondFactorPort for OrgTx {
    async fn requires_second_factor(&mut self) -> Result<bool, Fault> {
        let lock = self.dialect().for_share("organization");
        let sql = format!("SELECT requires_second_factor FROM organization WHERE org_id = $1{lock}");
        let rows = self.rows(&sql, Vec::new()).await?;
        rows.first().map_or(Ok(false), |row| column(row, 0))
    }

    async fn require_second_factor(&mut self, required: bool) -> Result<(), Fault> {
        let sql = "UPDATE organization SET requires_second_factor = $2 WHERE org_id = $1";
        self.run(sql, vec![required.into()]).await?;
        Ok(())
    }

    async fn has_second_factor(&mut self, session: SessionId) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM session
                   WHERE org_id = $1 AND id = $2 AND ended_at IS NULL AND second_factor";
        Ok(!self.rows(sql, vec![session.0.into()]).await?.is_empty())
    }

    async fn end_sessions_without_second_factor(&mut self) -> Result<u64, Fault> {
        let why = SessionEnd::SecondFactorRequired.code();
        let sql = "UPDATE session SET ended_at = $2, ended_because = $3
                   WHERE org_id = $1 AND ended_at IS NULL AND expires_at > $2 AND NOT second_factor";
        self.run(sql, vec![self.now().millis().into(), why.into()]).await
    }
}
