use serde_json::json;

use crate::access::{Capability, Identity, ProvidersPort};
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::id::IdentityProviderId;

/// Lets a member be who the provider says, from now on.
#[derive(Clone, Debug)]
pub struct LinkIdentity {
    /// The provider that says so.
    pub provider: IdentityProviderId,
    /// Who is who.
    pub identity: Identity,
}

/// Why nobody was linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkIdentityRefusal {
    /// The organization has another provider by now, or none.
    NotTheProvider,
    /// The account does not belong to the organization.
    NotAMember,
    /// The subject is somebody else, or the account another subject.
    Taken,
}

impl<Tx: ProvidersPort> Command<Tx> for LinkIdentity {
    const NAME: &'static str = "access.link_identity";
    const CAPABILITY: Capability = Capability::Read;
    type Out = ();
    type Refusal = LinkIdentityRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<(), LinkIdentityRefusal> {
        use LinkIdentityRefusal as Refusal;
        let Identity { issuer, subject, account, .. } = &self.identity;
        tx.has_provider(self.provider).await?.then_some(()).or_refuse(Refusal::NotTheProvider)?;
        tx.standing_of(*account).await?.or_refuse(Refusal::NotAMember)?;
        match tx.identity(issuer, subject).await? {
            Some(linked) if linked == *account => return Ok(()),
            Some(_) => return Err(Failure::Refused(Refusal::Taken)),
            None => {}
        }
        if tx.is_linked(issuer, *account).await? {
            return Err(Failure::Refused(Refusal::Taken));
        }
        tx.link(&self.identity).await?;
        let detail = json!({ "issuer": issuer.as_str(), "subject": subject.as_str() });
        tx.audit(format!("account:{account}"), detail);
        Ok(())
    }
}
