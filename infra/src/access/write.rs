use std::sync::Arc;

use qun_domain::access::{AccountsPort, NewSession, RequestKeysPort, SessionsPort, Standing};
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use qun_domain::time::Timestamp;

use super::sessions;
use super::standing::standing_of;
use crate::db::OrgTx;

impl AccountsPort for OrgTx {
    async fn standing_of(&mut self, account: AccountId) -> Result<Option<Standing>, Fault> {
        let seated = standing_of(&**self, (self.scope().org(), account), None, self.now()).await?;
        Ok(seated.map(|seated| Arc::unwrap_or_clone(seated.standing)))
    }
}

impl SessionsPort for OrgTx {
    async fn add_session(&mut self, account: AccountId, session: &NewSession) -> Result<(), Fault> {
        sessions::add(self, account, session, self.now()).await
    }

    async fn forget_sessions(&mut self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.run(
            "DELETE FROM session WHERE org_id = $1 AND id IN (
                 SELECT id FROM session WHERE org_id = $1 AND expires_at < $2 ORDER BY expires_at, id LIMIT $3)",
            vec![before.millis().into(), i64::from(limit).into()],
        )
        .await
    }

    async fn forget_log_ins(&mut self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.run(
            "DELETE FROM provider_log_in WHERE org_id = $1 AND id IN (
                 SELECT id FROM provider_log_in
                 WHERE org_id = $1 AND expires_at < $2 ORDER BY expires_at, id LIMIT $3)",
            vec![before.millis().into(), i64::from(limit).into()],
        )
        .await
    }
}

impl RequestKeysPort for OrgTx {
    async fn forget_request_keys(&mut self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.run(
            "DELETE FROM request_key WHERE org_id = $1 AND (actor, verb, key) IN (
                 SELECT actor, verb, key FROM request_key
                 WHERE org_id = $1 AND at < $2 ORDER BY at, actor, verb, key LIMIT $3)",
            vec![before.millis().into(), i64::from(limit).into()],
        )
        .await
    }
}
