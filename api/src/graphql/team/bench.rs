//! Who stands ready to take groups over.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use qun_domain::groups::Group;
use qun_domain::id::GroupId;
use qun_domain::scope::Scope;
use qun_domain::team::{Bench, Held};
use qun_infra::policy::effective;
use qun_infra::team::{BenchPage, bench_count, bench_page, benches_of};

use super::TeamMemberObject;
use crate::graphql::access::RoleAssignment;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::groups::GroupObject;
use crate::graphql::node::NodeId;
use crate::graphql::page::{self, ByName, Slice, connection};

connection!(
    BenchConnection,
    BenchEdge,
    GroupBench,
    "A page of groups with who stands ready to take them over.",
    "A group with who stands ready, and its place in the list.",
    BenchTotal
);

/// What the whole list is narrowed by.
pub(in crate::graphql) struct BenchTotal(BenchPage);

impl BenchTotal {
    pub(in crate::graphql) async fn count(&self, asked: &Asked) -> Result<u64, Problem> {
        Ok(bench_count(&asked.read, &self.0).await?)
    }
}

/// How many of each list are shown.
const SHOWN: usize = 10;

/// A page of groups in order of name: for who manages the team of the organization, or of the
/// community, if only by proposals.
pub(in crate::graphql) async fn bench(
    asked: &Asked,
    community: Option<&ID>,
    at_risk: Option<bool>,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<BenchConnection, Problem> {
    let slice = Slice::<ByName>::new(first, after)?;
    let community = match community.map(|id| NodeId::community(id)) {
        None => None,
        Some(Some(id)) => Some(id),
        Some(None) => return Ok(BenchConnection::default()),
    };
    asked.manages_team(community.map_or(Scope::Organization, Scope::Community))?;
    let org = asked.scope.org();
    let policy = effective(&asked.read, org, Scope::Organization, None).await?;
    let min_successors = policy.policy.policy.staff.bench.min_successors;
    let after = slice.after.as_ref().map(|place| place.0.clone());
    let page = BenchPage { community, at_risk, min_successors, after, limit: slice.limit() };
    let groups = bench_page(&asked.read, &page).await?;
    let mut benches = benches_of(&asked.read, org, &groups, asked.now).await?;
    let found = groups.into_iter().map(|group| GroupBench {
        bench: Arc::new(benches.remove(&group.id).unwrap_or_default()),
        group: Arc::new(group),
        min_successors,
    });
    Ok(BenchConnection {
        page: slice.page(found, |found: &GroupBench| ByName(found.group.name.clone())),
        total: Some(BenchTotal(page)),
    })
}

/// Whether enough stand ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum BenchState {
    /// At least as many as the policy's `staff.bench.minSuccessors` asks for.
    Covered,
    /// Fewer.
    AtRisk,
}

/// Who has a group, and who stands ready to take it over. See docs/team.md.
#[derive(Clone)]
pub(in crate::graphql) struct GroupBench {
    group: Arc<Group>,
    bench: Arc<Bench>,
    min_successors: u32,
}

impl GroupBench {
    /// That of a group: for who manages the team there, if only by proposals.
    pub(in crate::graphql) async fn of(asked: &Asked, group: GroupId) -> Result<Option<Self>, Problem> {
        asked.manages_team(Scope::Group(group))?;
        let found = asked.loaders.benches.load(&asked.read, (group, asked.now)).await?;
        Ok(found.map(|(group, bench, min_successors)| Self { group, bench, min_successors }))
    }
}

/// Who has a group, and who stands ready to take it over. See docs/team.md.
#[Object]
impl GroupBench {
    /// The group.
    async fn group(&self) -> GroupObject {
        GroupObject(self.group.clone())
    }

    /// Whether enough stand ready.
    async fn state(&self) -> BenchState {
        if self.bench.is_at_risk(self.min_successors) { BenchState::AtRisk } else { BenchState::Covered }
    }

    /// How many are to stand ready, by the policy of the organization.
    async fn min_successors(&self) -> u32 {
        self.min_successors
    }

    /// How many do.
    async fn successor_count(&self) -> usize {
        self.bench.successors.len()
    }

    /// Its owners, of at most 10: of the group, else of its community, else of the organization.
    #[graphql(complexity = "page::times(10, page::MAX, child_complexity)")]
    async fn owners(&self, ctx: &Context<'_>) -> Result<Vec<BenchSeat>, Problem> {
        seats(Asked::of(ctx)?, &self.bench.owners).await
    }

    /// The owner candidates of the group, of its community and of the organization who do not own it,
    /// the nearest first, of at most 10.
    #[graphql(complexity = "page::times(10, page::MAX, child_complexity)")]
    async fn successors(&self, ctx: &Context<'_>) -> Result<Vec<BenchSeat>, Problem> {
        seats(Asked::of(ctx)?, &self.bench.successors).await
    }

    /// The seniors who are the next to become owner candidates, the longest in their rank first, of
    /// at most 10. How far they are, `assignment { promotion }` tells.
    #[graphql(complexity = "page::times(10, page::MAX, child_complexity)")]
    async fn next_in_line(&self, ctx: &Context<'_>) -> Result<Vec<BenchSeat>, Problem> {
        seats(Asked::of(ctx)?, &self.bench.next_in_line).await
    }
}

/// A member of the team, and the assignment by which it stands in a list.
#[derive(SimpleObject)]
struct BenchSeat {
    /// The member.
    member: TeamMemberObject,
    /// The assignment.
    assignment: RoleAssignment,
}

async fn seats(asked: &Asked, held: &[Held]) -> Result<Vec<BenchSeat>, Problem> {
    let seat = async |held: &Held| -> Result<Option<BenchSeat>, Problem> {
        let member = asked.team_member(held.account).await?;
        Ok(member.map(|member| BenchSeat { member, assignment: RoleAssignment::new(*held) }))
    };
    let found = futures_util::future::try_join_all(held.iter().take(SHOWN).map(seat)).await?;
    Ok(found.into_iter().flatten().collect())
}
