use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use qun_domain::fault::Fault;
use qun_domain::groups::{Community, Group, Scope};
use qun_domain::id::{CommunityId, GroupId};
use qun_infra::groups::{GroupPage, communities};
use uuid::Uuid;

use super::{MemberConnection, MemberObject, MemberOrder, Platform, members_of};
use crate::graphql::activity::{GroupDayObject, days_between, days_cost};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page::{self, ByName, Slice, connection};
use crate::graphql::policy::{PolicyObject, PolicyVersionConnection, versions_page};
use crate::graphql::scalars::{Date, DateTime, TimeZone};
use crate::graphql::scope::ScopeObject;
use crate::graphql::tasks::{TaskConnection, TaskState, TasksAsked, tasks_of};
use crate::graphql::team::{DivisionMode, GroupBench, Staffing};
use crate::graphql::tiering::{EvaluationConnection, EvaluationObject, Tier, evaluations_page};

connection!(
    GroupConnection,
    GroupEdge,
    GroupObject,
    "A page of groups.",
    "A group and its place in the list."
);
connection!(
    CommunityConnection,
    CommunityEdge,
    CommunityObject,
    "A page of communities.",
    "A community and its place in the list."
);

impl Asked {
    /// The group, if the organization has it.
    pub(in crate::graphql) async fn group(&self, id: GroupId) -> Result<Option<GroupObject>, Problem> {
        Ok(self.loaders.groups.load(&self.read, id).await?.map(GroupObject))
    }

    /// The community, if the organization has it.
    pub(in crate::graphql) async fn community(
        &self,
        id: CommunityId,
    ) -> Result<Option<CommunityObject>, Problem> {
        Ok(self.loaders.communities.load(&self.read, id).await?.map(CommunityObject))
    }

    async fn created_at(&self, id: Uuid) -> Result<DateTime, Problem> {
        let at = self.loaders.created.load(&self.read, id).await?;
        Ok(DateTime(at.ok_or_else(|| Fault::new(format!("{id} has no time of creation")))?))
    }
}

/// A page of groups in order of name.
pub(in crate::graphql) async fn groups_page(
    asked: &Asked,
    community: Option<CommunityId>,
    first: Option<i32>,
    after: Option<String>,
) -> Result<GroupConnection, Problem> {
    let slice = Slice::<ByName>::new(first, after.as_deref())?;
    let after = slice.after.as_ref().map(|place| place.0.clone());
    let page = GroupPage { community, after, limit: slice.limit() };
    let groups = asked.loaders.group_pages.load(&asked.read, page).await?.unwrap_or_default();
    Ok(GroupConnection {
        page: slice.page(groups.into_iter().map(GroupObject), |group| ByName(group.0.name.clone())),
    })
}

/// A page of communities in order of name.
pub(in crate::graphql) async fn communities_page(
    asked: &Asked,
    first: Option<i32>,
    after: Option<String>,
) -> Result<CommunityConnection, Problem> {
    let slice = Slice::<ByName>::new(first, after.as_deref())?;
    let after = slice.after.as_ref().map(|place| place.0.as_str());
    let found = communities(&asked.read, after, slice.limit().into()).await?;
    let found = found.into_iter().map(Arc::new).map(CommunityObject);
    Ok(CommunityConnection { page: slice.page(found, |community| ByName(community.0.name.clone())) })
}

/// A chat group on one platform.
#[derive(Clone)]
pub(in crate::graphql) struct GroupObject(pub(in crate::graphql) Arc<Group>);

/// A chat group on one platform.
#[Object(name = "Group")]
impl GroupObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::Group(self.0.id).id()
    }

    /// The name, unique among the groups of the organization: the `group` of interactions.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The platform that the group lives on.
    async fn platform(&self) -> Platform {
        self.0.platform.into()
    }

    /// What sort of group it is, in the organization's own words; null when nobody said.
    async fn kind(&self) -> Option<&str> {
        self.0.kind.as_deref()
    }

    /// The zone of the group's weeks and days.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.zone)
    }

    /// The community that the group belongs to; null when it belongs to none.
    async fn community(&self, ctx: &Context<'_>) -> Result<Option<CommunityObject>, Problem> {
        let asked = Asked::of(ctx)?;
        match self.0.community {
            Some(id) => asked.community(id).await,
            None => Ok(None),
        }
    }

    /// When the group was created in Qun.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime, Problem> {
        Asked::of(ctx)?.created_at(self.0.id.0).await
    }

    /// The members of the group.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Those who stand in this tier since the latest evaluation.")] tier: Option<Tier>,
        #[graphql(desc = "Whom to list, and in which order.", default)] order: MemberOrder,
    ) -> Result<MemberConnection, Problem> {
        members_of(Asked::of(ctx)?, ScopeObject::Group(self.clone()), (first, after), tier, order).await
    }

    /// One member, also a former one; null when the person was never in the group.
    async fn member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the person.")] person: ID,
    ) -> Result<Option<MemberObject>, Problem> {
        let Some(person) = NodeId::person(&person) else { return Ok(None) };
        Asked::of(ctx)?.member(ScopeObject::Group(self.clone()), person).await
    }

    /// The local days of the group on which anything happened, in order.
    #[graphql(complexity = "days_cost(from, to, child_complexity)")]
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day.")] from: Date,
        #[graphql(desc = "The last day, at most 400 days in all.")] to: Date,
    ) -> Result<Vec<GroupDayObject>, Problem> {
        days_between(Asked::of(ctx)?, self.0.id, from, to).await
    }

    /// The evaluations of the group in their latest revision, newest week first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<EvaluationConnection, Problem> {
        evaluations_page(Asked::of(ctx)?, self.0.id.0, first, after).await
    }

    /// The evaluation of the latest week; null when the group was never evaluated.
    async fn latest_evaluation(&self, ctx: &Context<'_>) -> Result<Option<EvaluationObject>, Problem> {
        Asked::of(ctx)?.latest(Scope::Group(self.0.id)).await
    }

    /// The policy that holds in the group now.
    async fn policy(&self, ctx: &Context<'_>) -> Result<PolicyObject, Problem> {
        PolicyObject::of_group(Asked::of(ctx)?, self.0.id).await
    }

    /// What the group itself said of the policy, newest version first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn policy_versions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<PolicyVersionConnection, Problem> {
        versions_page(Asked::of(ctx)?, Scope::Group(self.0.id), first, after).await
    }

    /// How many work in the group, and how many the members ask for. For who holds
    /// `MANAGE_TEAM` there, if only to propose.
    #[graphql(complexity = "20 + child_complexity")]
    async fn staffing(&self, ctx: &Context<'_>) -> Result<Option<Staffing>, Problem> {
        Staffing::of(Asked::of(ctx)?, Scope::Group(self.0.id)).await
    }

    /// How the work in the group is divided among staff; null where nobody said.
    async fn division_mode(&self, ctx: &Context<'_>) -> Result<Option<DivisionMode>, Problem> {
        let asked = Asked::of(ctx)?;
        Ok(asked.loaders.division_modes.load(&asked.read, self.0.id).await?.map(Into::into))
    }

    /// Who has the group, and who stands ready to take it over. For who holds `MANAGE_TEAM` there,
    /// if only to propose.
    #[graphql(complexity = "10 + child_complexity")]
    async fn bench(&self, ctx: &Context<'_>) -> Result<Option<GroupBench>, Problem> {
        GroupBench::of(Asked::of(ctx)?, self.0.id).await
    }

    /// The tasks of the group itself, the one that is due first first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Those in one of these states; OPEN when left out.")] states: Option<Vec<TaskState>>,
    ) -> Result<TaskConnection, Problem> {
        let place = Some(Scope::Group(self.0.id));
        let narrowed = TasksAsked { place, states, ..TasksAsked::default() };
        tasks_of(Asked::of(ctx)?, narrowed, first, after.as_deref()).await
    }
}

/// Several groups that share members.
#[derive(Clone)]
pub(in crate::graphql) struct CommunityObject(pub(in crate::graphql) Arc<Community>);

/// Several groups that share members.
#[Object(name = "Community")]
impl CommunityObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::Community(self.0.id).id()
    }

    /// The name, unique among the communities of the organization.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The zone of the community's weeks and days.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.zone)
    }

    /// When the community was created in Qun.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime, Problem> {
        Asked::of(ctx)?.created_at(self.0.id.0).await
    }

    /// The groups of the community, in order of name.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<GroupConnection, Problem> {
        groups_page(Asked::of(ctx)?, Some(self.0.id), first, after).await
    }

    /// The members of the community: whoever is in one of its groups.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Those who stand in this tier since the latest evaluation.")] tier: Option<Tier>,
        #[graphql(desc = "Whom to list, and in which order.", default)] order: MemberOrder,
    ) -> Result<MemberConnection, Problem> {
        members_of(Asked::of(ctx)?, ScopeObject::Community(self.clone()), (first, after), tier, order).await
    }

    /// One member, also a former one; null when the person was in none of the groups.
    async fn member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the person.")] person: ID,
    ) -> Result<Option<MemberObject>, Problem> {
        let Some(person) = NodeId::person(&person) else { return Ok(None) };
        Asked::of(ctx)?.member(ScopeObject::Community(self.clone()), person).await
    }

    /// The evaluations of the community in their latest revision, newest week first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<EvaluationConnection, Problem> {
        evaluations_page(Asked::of(ctx)?, self.0.id.0, first, after).await
    }

    /// The evaluation of the latest week; null when the community was never evaluated.
    async fn latest_evaluation(&self, ctx: &Context<'_>) -> Result<Option<EvaluationObject>, Problem> {
        Asked::of(ctx)?.latest(Scope::Community(self.0.id)).await
    }

    /// The policy that holds in the community now.
    async fn policy(&self, ctx: &Context<'_>) -> Result<PolicyObject, Problem> {
        PolicyObject::of_scope(Asked::of(ctx)?, Scope::Community(self.0.id)).await
    }

    /// What the community itself said of the policy, newest version first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn policy_versions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<PolicyVersionConnection, Problem> {
        versions_page(Asked::of(ctx)?, Scope::Community(self.0.id), first, after).await
    }

    /// How many work in the community and its groups, and how many the members ask for. For who holds
    /// `MANAGE_TEAM` there, if only to propose.
    #[graphql(complexity = "20 + child_complexity")]
    async fn staffing(&self, ctx: &Context<'_>) -> Result<Option<Staffing>, Problem> {
        Staffing::of(Asked::of(ctx)?, Scope::Community(self.0.id)).await
    }

    /// The tasks of the community itself, the one that is due first first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Those in one of these states; OPEN when left out.")] states: Option<Vec<TaskState>>,
    ) -> Result<TaskConnection, Problem> {
        let place = Some(Scope::Community(self.0.id));
        let narrowed = TasksAsked { place, states, ..TasksAsked::default() };
        tasks_of(Asked::of(ctx)?, narrowed, first, after.as_deref()).await
    }
}
