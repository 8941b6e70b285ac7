use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{Capability, NewProvider, ProvidersPort};
use crate::command::{Command, Outcome};

/// Lets a provider say who somebody is who logs in to the organization. Sessions that another one
/// began end.
#[derive(Clone, Debug)]
pub struct SetIdentityProvider(pub NewProvider);

/// What was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderSet {
    /// How many sessions ended.
    pub ended_sessions: u64,
}

/// Nothing that a user can cause keeps a provider from being set, once it has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetIdentityProviderRefusal {}

impl<Tx: ProvidersPort> Command<Tx> for SetIdentityProvider {
    const NAME: &'static str = "access.set_identity_provider";
    const CAPABILITY: Capability = Capability::ManageOrganization;
    type Out = ProviderSet;
    type Refusal = SetIdentityProviderRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<ProviderSet, SetIdentityProviderRefusal> {
        let Self(provider) = self;
        let before = tx.provider().await?;
        let mut ended_sessions = 0;
        match &before {
            Some(before) if provider.is_same(before) => tx.change_secret(&provider).await?,
            Some(_) => {
                tx.remove_provider().await?;
                ended_sessions = tx.end_sessions_of_provider().await?;
                tx.add_provider(&provider).await?;
            }
            None => tx.add_provider(&provider).await?,
        }
        let detail = json!({
            "issuer": provider.issuer.as_str(), "clientId": provider.client_id.reveal(),
            "isNew": before.is_none(), "endedSessions": ended_sessions,
        });
        tx.audit("organization".to_owned(), detail);
        Ok(ProviderSet { ended_sessions })
    }
}
