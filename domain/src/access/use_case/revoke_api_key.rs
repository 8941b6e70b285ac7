use serde_json::Value;

use crate::access::{ApiKeysPort, Capability};
use crate::command::{Command, OrRefuse, Outcome};
use crate::id::ApiKeyId;

/// Calls a key back. One that was called back already stays so.
#[derive(Clone, Debug)]
pub struct RevokeApiKey {
    /// The key.
    pub id: ApiKeyId,
}

/// Why no key was called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeApiKeyRefusal {
    /// There is no such key.
    NoSuchKey,
}

impl<Tx: ApiKeysPort> Command<Tx> for RevokeApiKey {
    const NAME: &'static str = "access.revoke_api_key";
    const CAPABILITY: Capability = Capability::ManageOrganization;
    type Out = ApiKeyId;
    type Refusal = RevokeApiKeyRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<ApiKeyId, RevokeApiKeyRefusal> {
        let key = tx.api_key(self.id).await?.or_refuse(RevokeApiKeyRefusal::NoSuchKey)?;
        if key.revoked_at.is_none() {
            tx.revoke_api_key(key.id).await?;
            tx.audit(format!("api-key:{}", key.id), Value::Null);
        }
        Ok(key.id)
    }
}
