use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use qun_domain::id::PersonId;
use qun_infra::people::Person;

use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::groups::{GroupObject, MemberObject, Platform};
use crate::graphql::node::NodeId;
use crate::graphql::scope::ScopeObject;

impl Asked {
    /// The person, if the organization has it.
    pub(in crate::graphql) async fn person(&self, id: PersonId) -> Result<Option<PersonObject>, Problem> {
        Ok(self.loaders.persons.load(&self.read, id).await?.map(PersonObject))
    }
}

/// A person, whatever the platforms on which the person is known.
#[derive(Clone)]
pub(in crate::graphql) struct PersonObject(pub(in crate::graphql) Arc<Person>);

/// What a platform calls a person.
#[derive(SimpleObject)]
#[graphql(name = "Identity")]
struct IdentityObject {
    /// The platform.
    platform: Platform,
    /// The user id there: the `user` of interactions.
    external_id: String,
}

/// A person, whatever the platforms on which the person is known.
#[Object(name = "Person")]
impl PersonObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::Person(self.0.id).id()
    }

    /// The latest name that an interaction told; null when none told any.
    async fn display_name(&self) -> Option<&str> {
        self.0.display_name.as_deref()
    }

    /// What platforms call the person, in order of platform and user id.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn identities(&self, ctx: &Context<'_>) -> Result<Vec<IdentityObject>, Problem> {
        let asked = Asked::of(ctx)?;
        let found = asked.loaders.identities.load(&asked.read, self.0.id).await?.unwrap_or_default();
        let identity = |identity: &qun_infra::people::Identity| IdentityObject {
            platform: identity.platform.into(),
            external_id: identity.external_id.clone(),
        };
        Ok(found.iter().map(identity).collect())
    }

    /// The groups that the person is in now, in order of name.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn groups(&self, ctx: &Context<'_>) -> Result<Vec<GroupObject>, Problem> {
        let asked = Asked::of(ctx)?;
        let groups = asked.loaders.groups_of.load(&asked.read, self.0.id).await?.unwrap_or_default();
        Ok(groups.into_iter().map(GroupObject).collect())
    }

    /// The person as a member of each group that the person is in now, in order of the
    /// group's name: with role, score and tier.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Vec<MemberObject>, Problem> {
        let asked = Asked::of(ctx)?;
        let groups = asked.loaders.groups_of.load(&asked.read, self.0.id).await?.unwrap_or_default();
        let member = |group| MemberObject::known(ScopeObject::from(group), Arc::clone(&self.0));
        Ok(groups.into_iter().map(member).collect())
    }
}
