use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use qun_domain::fault::Fault;
use qun_domain::id::PinId;
use qun_infra::tiering::PinRow;

use super::codes::Tier;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::groups::MemberObject;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::scope::ScopeObject;

impl Asked {
    /// The pin, if the organization has it.
    pub(in crate::graphql) async fn pin(&self, id: PinId) -> Result<Option<PinObject>, Problem> {
        Ok(self.loaders.pins_by_id.load(&self.read, id).await?.map(PinObject))
    }
}

/// A pin that holds, or held, a member's tier.
#[derive(Clone)]
pub(in crate::graphql) struct PinObject(pub(in crate::graphql) Arc<PinRow>);

/// A pin that holds, or held, a member's tier.
#[Object(name = "TierPin")]
impl PinObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::TierPin(self.0.id).id()
    }

    /// Whose tier.
    async fn member(&self, ctx: &Context<'_>) -> Result<MemberObject, Problem> {
        let asked = Asked::of(ctx)?;
        let gone = || Fault::new(format!("the member of pin {} is gone", self.0.id));
        let scope = ScopeObject::find(asked, self.0.scope).await?.ok_or_else(gone)?;
        Ok(asked.member(scope, self.0.person).await?.ok_or_else(gone)?)
    }

    /// The tier that it holds from the next evaluation on.
    async fn tier(&self) -> Tier {
        self.0.tier.into()
    }

    /// Why, in the words of who pinned.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who pinned, as in the audit log: `account:…` or `operator`.
    async fn pinned_by(&self) -> &str {
        &self.0.pinned_by
    }

    /// Since when.
    async fn pinned_at(&self) -> DateTime {
        DateTime(self.0.pinned_at)
    }

    /// Until when; null when it holds until it is lifted.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }

    /// When it was lifted; null while it was not.
    async fn lifted_at(&self) -> Option<DateTime> {
        self.0.lifted_at.map(DateTime)
    }
}
