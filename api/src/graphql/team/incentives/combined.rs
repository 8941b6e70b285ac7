//! Who was given nothing of some kind in a quarter.

use async_graphql::{ComplexObject, Context, Enum, SimpleObject};
use qun_domain::id::AccountId;
use qun_domain::quarter::Quarter;
use qun_domain::scope::Scope;
use qun_domain::team::IncentiveKind as DomainKind;
use qun_infra::team::incentive_gaps;

use super::super::TeamMemberObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::page::{Slice, connection};

/// A kind of what members are given beside their work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainKind")]
enum IncentiveKind {
    /// Honour: a badge, or a rise in rank with its title.
    Virtual,
    /// Money: a bonus.
    Material,
    /// Growth: a place in training.
    Growth,
}

connection!(
    IncentiveGapConnection,
    IncentiveGapEdge,
    IncentiveGap,
    "A page of members who were given nothing of some kind.",
    "A member who was given nothing of some kind, and its place in the list."
);

/// That a member was given nothing of some kind in a quarter.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub(in crate::graphql) struct IncentiveGap {
    /// The kinds of which it was given nothing.
    missing: Vec<IncentiveKind>,
    #[graphql(skip)]
    account: AccountId,
}

#[ComplexObject]
impl IncentiveGap {
    /// Who.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<TeamMemberObject>, Problem> {
        Asked::of(ctx)?.team_member(self.account).await
    }
}

/// The members who were given nothing of some kind: for who manages the team, if only by proposals.
/// None where the policy does not look at that.
pub(in crate::graphql) async fn incentive_gaps_of(
    asked: &Asked,
    quarter: Quarter,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<Option<IncentiveGapConnection>, Problem> {
    asked.manages_team(Scope::Organization)?;
    let slice = Slice::<AccountId>::new(first, after)?;
    let found = incentive_gaps(&asked.read, quarter, slice.after, slice.limit()).await?;
    let gap = |row: qun_infra::team::GivenTo| IncentiveGap {
        missing: row.given.missing().into_iter().map(Into::into).collect(),
        account: row.account,
    };
    Ok(found.map(|found| IncentiveGapConnection {
        page: slice.page(found.into_iter().map(gap), |gap: &IncentiveGap| gap.account),
    }))
}
