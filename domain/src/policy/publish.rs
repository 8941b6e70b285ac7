use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::port::{PolicyPort, ScopedPatch};
use super::{PolicyPatch, PolicyProblem, diff, resolve};
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place, kept};
use crate::id::CommunityId;
use crate::scope::Scope;

/// Publishes a further version of what a scope says (Z1).
///
/// The keys of `patch` are laid over those that the scope said before. The
/// document that results must be sound for the scope and for every scope below
/// it that says something of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublishPolicy {
    /// The scope.
    pub scope: Scope,
    /// The keys to change.
    pub patch: PolicyPatch,
    /// Why, in the publisher's words.
    pub note: Option<String>,
}

/// A published version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The scope.
    pub scope: Scope,
    /// Its number within the scope, from 1.
    pub version: u32,
}

/// Why a version was not published.
#[derive(Clone, Debug, PartialEq)]
pub enum PublishPolicyRefusal {
    /// There is no such community or group.
    NoSuchScope,
    /// The scope says all of this already.
    NothingChanges,
    /// The document would break rules.
    Unsound {
        /// The scope in which it would: the one published, or one below it.
        scope: Scope,
        /// The rules.
        problems: Vec<PolicyProblem>,
    },
}

impl<Tx: PolicyPort> Command<Tx> for PublishPolicy {
    const NAME: &'static str = "policy.publish";
    const CAPABILITY: Capability = Capability::PublishPolicy;
    type Out = Published;
    type Refusal = PublishPolicyRefusal;

    fn place(&self) -> Place {
        Place::At(self.scope)
    }

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Published, PublishPolicyRefusal> {
        let community = tx.community_of(self.scope).await?.or_refuse(PublishPolicyRefusal::NoSuchScope)?;
        let known = tx.patches().await?;
        let said = known.iter().find(|said| said.scope == self.scope);
        let before = said.map(|said| said.patch.clone()).unwrap_or_default();
        let version = said.map_or(1, |said| said.version + 1);
        let patch = before.overlaid(&self.patch);
        let changes = diff(before.as_value(), patch.as_value());
        if changes.is_empty() {
            return Err(Failure::Refused(PublishPolicyRefusal::NothingChanges));
        }

        let next = ScopedPatch { scope: self.scope, community, version, patch };
        sound(&known, &next).map_err(Failure::Refused)?;

        tx.publish(self.scope, version, &next.patch, self.note.clone()).await?;
        let told: Vec<_> = changes
            .into_iter()
            .map(|change| json!({ "path": change.path, "from": change.from, "to": change.to }))
            .collect();
        tx.audit(self.scope.to_string(), json!({ "version": version, "note": self.note, "changes": told }));
        Ok(Published { scope: self.scope, version })
    }
}

/// Whether the document is sound in the scope of `next` and in each scope below it.
fn sound(patches: &[ScopedPatch], next: &ScopedPatch) -> Result<(), PublishPolicyRefusal> {
    let is_below = |said: &ScopedPatch| match next.scope {
        Scope::Organization => said.scope != Scope::Organization,
        Scope::Community(id) => said.community == Some(id),
        Scope::Group(_) => false,
    };
    let below = patches.iter().filter(|said| said.scope != next.scope && is_below(said));
    for said in std::iter::once(next).chain(below) {
        let find = |scope: Scope| {
            let known = patches.iter().chain(std::iter::once(next)).rev();
            known.filter(|said| said.scope == scope).max_by_key(|said| said.version).map(|said| &said.patch)
        };
        let layers: Vec<_> = chain(said.scope, said.community)
            .into_iter()
            .filter_map(|scope| Some((scope.layer(), find(scope)?)))
            .collect();
        resolve(&layers).map_err(|problems| PublishPolicyRefusal::Unsound { scope: said.scope, problems })?;
    }
    Ok(())
}

/// The scopes that speak for a scope, the most general first.
pub fn chain(scope: Scope, community: Option<CommunityId>) -> Vec<Scope> {
    let mut chain = vec![Scope::Organization];
    chain.extend(community.map(Scope::Community));
    if scope != Scope::Organization && !chain.contains(&scope) {
        chain.push(scope);
    }
    chain
}
