use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};
use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::GroupId;
use qun_domain::policy::PolicyScope as DomainLayer;
use qun_infra::policy::{Effective, effective};
use serde_json::Value;

use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::scalars::Json;

/// Who said what a value is, the most general first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainLayer")]
pub(in crate::graphql) enum PolicyOrigin {
    /// The default of the platform.
    Platform,
    /// The organization.
    Organization,
    /// The community.
    Community,
    /// The group.
    Group,
}

/// One value of the policy document.
#[derive(SimpleObject)]
struct PolicyValue {
    /// Where it stands in the document, such as tiering.weights.events; a list is one
    /// value.
    path: String,
    /// The value.
    value: Json,
    /// Who said it.
    origin: PolicyOrigin,
}

/// The version of what one origin says.
#[derive(Clone, SimpleObject)]
pub(in crate::graphql) struct PolicyVersionNumber {
    /// Whose.
    origin: PolicyOrigin,
    /// The version, from 1.
    version: u32,
}

/// The policy that holds somewhere: the defaults of the platform with what the
/// organization, the community and the group say over them.
pub(in crate::graphql) struct PolicyObject(Arc<Effective>);

impl PolicyObject {
    /// What holds in a group.
    pub(in crate::graphql) async fn of_group(asked: &Asked, group: GroupId) -> Result<Self, Problem> {
        let found = asked.loaders.policies.load(&asked.read, group).await?;
        Ok(Self(found.ok_or_else(|| Fault::new(format!("group {group} is gone")))?))
    }

    /// What holds in the organization or a community.
    pub(in crate::graphql) async fn of_scope(asked: &Asked, scope: Scope) -> Result<Self, Problem> {
        let found = effective(&asked.read, asked.scope.org(), scope, None).await?;
        Ok(Self(Arc::new(found)))
    }
}

/// The policy that holds somewhere: the defaults of the platform with what the
/// organization, the community and the group say over them.
#[Object(name = "Policy")]
impl PolicyObject {
    /// The whole document.
    async fn document(&self) -> Json {
        Json(self.0.policy.policy.to_value())
    }

    /// Each value of the document and who said it, in order of path.
    #[graphql(complexity = "1 + 60 * child_complexity")]
    async fn values(&self) -> Vec<PolicyValue> {
        let document = self.0.policy.policy.to_value();
        let value = |(path, origin): (&String, &DomainLayer)| PolicyValue {
            value: Json(at(&document, path)),
            path: path.clone(),
            origin: (*origin).into(),
        };
        self.0.policy.origin.iter().map(value).collect()
    }

    /// The versions that the document is made of; who says nothing is left out.
    async fn versions(&self) -> Vec<PolicyVersionNumber> {
        let numbers = self.0.versions.iter().map(|(code, version)| (*code, *version));
        version_numbers(numbers)
    }
}

fn at(document: &Value, path: &str) -> Value {
    let found = path.split('.').try_fold(document, |value, key| value.get(key));
    found.cloned().unwrap_or_default()
}

/// Versions by the code of their origin, the most general first.
pub(in crate::graphql) fn version_numbers<'a>(
    numbers: impl IntoIterator<Item = (&'a str, u32)>,
) -> Vec<PolicyVersionNumber> {
    let known =
        numbers.into_iter().filter_map(|(code, version)| Some((code.parse::<DomainLayer>().ok()?, version)));
    let mut numbers: Vec<(DomainLayer, u32)> = known.collect();
    numbers.sort_unstable();
    numbers
        .into_iter()
        .map(|(origin, version)| PolicyVersionNumber { origin: origin.into(), version })
        .collect()
}
