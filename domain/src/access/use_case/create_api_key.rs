use serde_json::json;

use crate::access::{ApiKey, ApiKeysPort, Capability, NewApiKey};
use crate::command::{Command, Failure, Outcome};
use crate::id::ApiKeyId;

/// Makes a key by which a machine comes in.
#[derive(Clone, Debug)]
pub struct CreateApiKey(pub NewApiKey);

/// Why no key was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateApiKeyRefusal {
    /// It would be over already, or live longer than [`ApiKey::LONGEST`].
    BadExpiry,
}

impl<Tx: ApiKeysPort> Command<Tx> for CreateApiKey {
    const NAME: &'static str = "access.create_api_key";
    const CAPABILITY: Capability = Capability::ManageOrganization;
    type Out = ApiKeyId;
    type Refusal = CreateApiKeyRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<ApiKeyId, CreateApiKeyRefusal> {
        let Self(key) = self;
        if !ApiKey::may_end(key.expires_at, tx.now()) {
            return Err(Failure::Refused(CreateApiKeyRefusal::BadExpiry));
        }
        tx.add_api_key(&key).await?;
        let detail = json!({
            "name": key.name.as_str(), "scopes": key.scopes.to_string(), "expiresAt": key.expires_at,
        });
        tx.audit(format!("api-key:{}", key.id), detail);
        Ok(key.id)
    }
}
