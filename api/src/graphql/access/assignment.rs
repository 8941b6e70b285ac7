use async_graphql::{Context, ID, Object};
use qun_domain::id::AccountId;
use qun_domain::team::Held;

use super::codes::{Rank, Role};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::scope::AnyScope;
use crate::graphql::team::PromotionOutlook;

/// A role with a rank at a scope, held by an account.
pub(in crate::graphql) struct RoleAssignment(Held);

impl RoleAssignment {
    /// One that is held.
    pub(in crate::graphql) const fn new(held: Held) -> Self {
        Self(held)
    }

    /// Those of an account that have not ended, in the order in which they began.
    pub(in crate::graphql) async fn of(asked: &Asked, account: AccountId) -> Result<Vec<Self>, Problem> {
        let found = asked.loaders.assignments.load(&asked.read, (account, asked.now)).await?;
        Ok(found.into_iter().flat_map(|held| held.to_vec()).map(Self).collect())
    }
}

/// A role with a rank at a scope, held by an account.
#[Object]
impl RoleAssignment {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::RoleAssignment(self.0.assignment.id).id()
    }

    /// What its holder works on.
    async fn role(&self) -> Role {
        self.0.position().role.into()
    }

    /// How far its holder has come; null for owners.
    async fn rank(&self) -> Option<Rank> {
        self.0.position().rank.map(Into::into)
    }

    /// What its holder is called for its rank, as the policy's `incentives.titles` says in the
    /// language of the request; null for no title.
    async fn title(&self, ctx: &Context<'_>) -> Result<Option<String>, Problem> {
        Asked::of(ctx)?.title(self.0.position().rank).await
    }

    /// Where it holds, and for all groups in it.
    async fn scope(&self, ctx: &Context<'_>) -> Result<Option<AnyScope>, Problem> {
        AnyScope::find(Asked::of(ctx)?, self.0.position().scope).await
    }

    /// How much of a working time it takes, in basis points: 10,000 is a whole one.
    async fn share_basis_points(&self) -> u16 {
        self.0.share.basis_points()
    }

    /// How far it is on its way to the next rank; null where no rank is above. One's own, or for who
    /// holds `MANAGE_TEAM` at its scope, if only to propose.
    async fn promotion(&self, ctx: &Context<'_>) -> Result<Option<PromotionOutlook>, Problem> {
        PromotionOutlook::of(Asked::of(ctx)?, &self.0).await
    }

    /// Since when it is held.
    async fn began_at(&self) -> DateTime {
        DateTime(self.0.began_at)
    }

    /// Since when in this rank.
    async fn ranked_at(&self) -> DateTime {
        DateTime(self.0.ranked_at)
    }

    /// Whether an owner has delegated to its holder, now.
    async fn is_acting_owner(&self) -> bool {
        self.0.assignment.is_acting
    }

    /// Until when its holder acts as owner; null when nobody has delegated.
    async fn acts_until(&self) -> Option<DateTime> {
        self.0.acts_until.map(DateTime)
    }
}
