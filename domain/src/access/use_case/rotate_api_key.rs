use serde_json::json;

use crate::access::{ApiKey, ApiKeysPort, Capability, SecretHash};
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::id::ApiKeyId;

/// Puts another key in the place of one, which goes on for a while, so that its users can
/// change over.
#[derive(Clone, Debug)]
pub struct RotateApiKey {
    /// The key that is replaced.
    pub id: ApiKeyId,
    /// The id of the new one.
    pub new_id: ApiKeyId,
    /// Hash of the new one's secret.
    pub secret_hash: SecretHash,
    /// How long the old one may still be used, in milliseconds: 0 to
    /// [`ApiKey::LONGEST_OVERLAP`].
    pub overlap: i64,
}

/// Why no key was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotateApiKeyRefusal {
    /// There is no such key.
    NoSuchKey,
    /// It is over or was called back.
    Over,
    /// The overlap is negative or longer than a week.
    BadOverlap,
}

impl<Tx: ApiKeysPort> Command<Tx> for RotateApiKey {
    const NAME: &'static str = "access.rotate_api_key";
    const CAPABILITY: Capability = Capability::ManageOrganization;
    type Out = ApiKeyId;
    type Refusal = RotateApiKeyRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<ApiKeyId, RotateApiKeyRefusal> {
        use RotateApiKeyRefusal as Refusal;
        let key = tx.api_key(self.id).await?.or_refuse(Refusal::NoSuchKey)?;
        let now = tx.now();
        if !key.is_good(now) {
            return Err(Failure::Refused(Refusal::Over));
        }
        if !(0..=ApiKey::LONGEST_OVERLAP).contains(&self.overlap) {
            return Err(Failure::Refused(Refusal::BadOverlap));
        }
        let successor = key.successor(self.new_id, self.secret_hash, now);
        let end = key.expires_at.min(now.plus_millis(self.overlap));
        tx.add_api_key(&successor).await?;
        tx.end_api_key(key.id, end).await?;
        tx.audit(
            format!("api-key:{}", successor.id),
            json!({ "replaces": key.id, "replacedUntil": end, "expiresAt": successor.expires_at }),
        );
        Ok(successor.id)
    }
}
