use async_graphql::{Context, ID, Object};
use qun_domain::access::Assignment;

use super::object::{Rank, Role};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::scope::AnyScope;

/// A role with a rank at a scope, held by an account.
pub(in crate::graphql) struct RoleAssignment(pub(in crate::graphql) Assignment);

/// A role with a rank at a scope, held by an account.
#[Object]
impl RoleAssignment {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::RoleAssignment(self.0.id).id()
    }

    /// What its holder works on.
    async fn role(&self) -> Role {
        self.0.position.role.into()
    }

    /// How far its holder has come; null for owners.
    async fn rank(&self) -> Option<Rank> {
        self.0.position.rank.map(Into::into)
    }

    /// Where it holds, and for all groups in it.
    async fn scope(&self, ctx: &Context<'_>) -> Result<Option<AnyScope>, Problem> {
        AnyScope::find(Asked::of(ctx)?, self.0.position.scope).await
    }

    /// Whether an owner has delegated to its holder, now.
    async fn is_acting_owner(&self) -> bool {
        self.0.is_acting
    }
}
