use serde_json::json;

use super::ProviderSet;
use crate::access::{Capability, ProvidersPort};
use crate::command::{Command, Outcome};

/// Lets no provider say any more who somebody is. Sessions that it began end; who it knew as whom is
/// kept, for when it is set again.
#[derive(Clone, Copy, Debug)]
pub struct RemoveIdentityProvider;

/// Nothing that a user can cause keeps a provider from being removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoveIdentityProviderRefusal {}

impl<Tx: ProvidersPort> Command<Tx> for RemoveIdentityProvider {
    const NAME: &'static str = "access.remove_identity_provider";
    const CAPABILITY: Capability = Capability::ManageOrganization;
    type Out = ProviderSet;
    type Refusal = RemoveIdentityProviderRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<ProviderSet, RemoveIdentityProviderRefusal> {
        let Some(before) = tx.provider().await? else { return Ok(ProviderSet { ended_sessions: 0 }) };
        tx.remove_provider().await?;
        let ended_sessions = tx.end_sessions_of_provider().await?;
        let detail = json!({ "issuer": before.issuer.as_str(), "endedSessions": ended_sessions });
        tx.audit("organization".to_owned(), detail);
        Ok(ProviderSet { ended_sessions })
    }
}
