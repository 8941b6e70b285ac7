#![expect(clippy::unused_async, reason = "async-graphql wants a resolver that can fail to be asynchronous")]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::AccountId;
use qun_domain::tenancy::Organization;
use qun_infra::streams;
use qun_infra::team::BonusFilter;
use qun_infra::tenancy::requires_second_factor;

use super::api_key::{ApiKeyConnection, api_keys};
use super::codes::{Capability, Locale};
use super::identity_provider::IdentityProviderObject;
use super::proposal::{ProposalConnection, ProposalState, ProposalsAsked, proposals};
use crate::graphql::asked::Asked;
use crate::graphql::audit::{AuditAsked, AuditConnection, AuditHead, audit_head, audit_log};
use crate::graphql::error::Problem;
use crate::graphql::groups::{CommunityConnection, GroupConnection, communities_page, groups_page};
use crate::graphql::node::NodeId;
use crate::graphql::page;
use crate::graphql::policy::{PolicyObject, PolicyVersionConnection, versions_page};
use crate::graphql::scalars::{DateTime, Month, Quarter, TimeZone};
use crate::graphql::streams::EventId;
use crate::graphql::tasks::{TaskConnection, TaskKind, TaskReport, TaskState, TasksAsked, tasks_of};
use crate::graphql::team::{
    BadgeConnection, BenchConnection, BonusState, CourseConnection, DivisionModeFigures,
    IncentiveGapConnection, InvitationConnection, InvitationState, OrganizationBonusConnection,
    OverdueTrainingConnection, Staffing, TeamConnection, TrainingOfferConnection, badges, bench,
    bonuses_of_organization, courses, incentive_gaps_of, invitations, team, training_offers,
    training_overdue,
};

/// A log-in account.
#[derive(Clone, SimpleObject)]
pub(in crate::graphql) struct Account {
    /// The global id.
    id: ID,
    /// The address that it logs in with.
    email: String,
    /// What others call it.
    display_name: String,
    /// The language of its letters, and of answers to clients that send no `Accept-Language`;
    /// null where that is for its client to say.
    locale: Option<Locale>,
}

impl From<qun_domain::access::Account> for Account {
    fn from(account: qun_domain::access::Account) -> Self {
        Self {
            id: NodeId::Account(account.id).id(),
            email: account.email,
            display_name: account.display_name,
            locale: account.locale.map(Locale::from),
        }
    }
}

impl Asked {
    /// An account of the organization.
    pub(in crate::graphql) async fn account(&self, id: AccountId) -> Result<Account, Problem> {
        let found = self.loaders.accounts.load(&self.read, id).await?;
        let found = found.ok_or_else(|| Fault::new(format!("account {id} is none of the organization")))?;
        Ok(Account::from((*found).clone()))
    }
}

/// An organization: everything else belongs to one.
#[derive(Clone)]
pub(in crate::graphql) struct OrganizationObject(pub(in crate::graphql) Arc<Organization>);

impl OrganizationObject {
    /// The organization of who asks.
    pub(in crate::graphql) async fn find(asked: &Asked) -> Result<Option<Self>, Problem> {
        Ok(asked.loaders.organization.load(&asked.read, asked.scope.org()).await?.map(Self))
    }
}

/// An organization: everything else belongs to one.
#[Object(name = "Organization")]
impl OrganizationObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::Organization(self.0.id).id()
    }

    /// The short name, unique in the installation.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The zone in which schedules are read.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.zone)
    }

    /// Whether everybody who logs in needs a second factor.
    async fn requires_second_factor(&self, ctx: &Context<'_>) -> Result<bool, Problem> {
        Ok(requires_second_factor(&Asked::of(ctx)?.read).await?)
    }

    /// The id of the event that was told last. Who asks for it first, then reads, and then follows
    /// after it, misses nothing.
    async fn last_event_id(&self, ctx: &Context<'_>) -> Result<ID, Problem> {
        let last = streams::last(&Asked::of(ctx)?.read).await?;
        Ok(EventId(self.0.id, last).id())
    }

    /// The policy that holds where no community and no group says otherwise.
    async fn policy(&self, ctx: &Context<'_>) -> Result<PolicyObject, Problem> {
        PolicyObject::of_scope(Asked::of(ctx)?, Scope::Organization).await
    }

    /// What the organization said of the policy, newest version first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn policy_versions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<PolicyVersionConnection, Problem> {
        versions_page(Asked::of(ctx)?, Scope::Organization, first, after).await
    }

    /// The mutations that took place, newest first. Needs the capability
    /// `MANAGE_ORGANIZATION`.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "arguments of the field")]
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Those done by this actor: the global id of an account, of a member of the team or \
                          of an API key; or `operator` or `job`."
        )]
        actor: Option<ID>,
        #[graphql(desc = "Those of this verb, such as `groups.create_group`.")] verb: Option<String>,
        #[graphql(desc = "Those that this capability allowed.")] capability: Option<Capability>,
        #[graphql(desc = "Those done to this: the global id of the organization, a community, a group, an \
                          account, a member of the team, an API key, a proposal or a task; or a word that \
                          `AuditEntry.target` says.")]
        target: Option<ID>,
        #[graphql(desc = "Those done in the course of the request of this id.")] request_id: Option<String>,
        #[graphql(desc = "Those from this instant on.")] since: Option<DateTime>,
        #[graphql(desc = "Those before this instant.")] until: Option<DateTime>,
    ) -> Result<AuditConnection, Problem> {
        let (capability, since, until) =
            (capability.map(Into::into), since.map(|at| at.0), until.map(|at| at.0));
        let narrowed = AuditAsked { actor, verb, capability, target, request_id, since, until };
        audit_log(Asked::of(ctx)?, narrowed, first, after.as_deref()).await
    }

    /// The last seal of the audit log, to be noted elsewhere; null before the first. Needs the
    /// capability `MANAGE_ORGANIZATION`.
    async fn audit_head(&self, ctx: &Context<'_>) -> Result<Option<AuditHead>, Problem> {
        audit_head(Asked::of(ctx)?).await
    }

    /// The members of the team, also those that have left, in the order in which their accounts
    /// were made.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<TeamConnection, Problem> {
        team(Asked::of(ctx)?, first, after).await
    }

    /// The invitations into the team, newest first. For who holds `MANAGE_TEAM` at the scope,
    /// if only to propose.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the group or community that they are for; those for the \
                          whole organization when left out.")]
        scope: Option<ID>,
        #[graphql(desc = "Those in this state alone; all when left out.")] state: Option<InvitationState>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<InvitationConnection, Problem> {
        invitations(Asked::of(ctx)?, scope.as_ref(), state, first, after).await
    }

    /// How many work in the organization, and how many the members ask for. For who holds
    /// `MANAGE_TEAM` for the organization, if only to propose.
    #[graphql(complexity = "20 + child_complexity")]
    async fn staffing(&self, ctx: &Context<'_>) -> Result<Option<Staffing>, Problem> {
        Staffing::of(Asked::of(ctx)?, Scope::Organization).await
    }

    /// The three ways to divide the work in groups: what is said of each, and what was measured in a
    /// month of the organization's zone. For who holds `MANAGE_TEAM` for the organization, if only to
    /// propose.
    #[graphql(complexity = "100 + page::times(3, page::MAX, child_complexity)")]
    async fn division_modes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The month.")] month: Month,
    ) -> Result<Vec<DivisionModeFigures>, Problem> {
        DivisionModeFigures::of(Asked::of(ctx)?, month.0).await
    }

    /// The groups with who stands ready to take them over, in order of name. For who holds
    /// `MANAGE_TEAM` for the organization, or for the community, if only to propose.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn bench(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those of the community with this global id.")] community: Option<ID>,
        #[graphql(desc = "Those at risk alone; false: the others alone; all when left out.")] at_risk: Option<
            bool,
        >,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<BenchConnection, Problem> {
        bench(Asked::of(ctx)?, community.as_ref(), at_risk, first, after.as_deref()).await
    }

    /// The courses that staff goes through, in the order in which they were created.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn courses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether those that were archived are among them; false when left out.")]
        with_archived: Option<bool>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<CourseConnection, Problem> {
        courses(Asked::of(ctx)?, with_archived.unwrap_or_default(), first, after).await
    }

    /// The trainings of active members that are late, by member. Needs the capability
    /// `MANAGE_TRAINING`.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn training_overdue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<OverdueTrainingConnection, Problem> {
        training_overdue(Asked::of(ctx)?, first, after).await
    }

    /// The badges that the organization has to give, in the order in which they were made.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn badges(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether those that were archived are among them; false when left out.")]
        with_archived: Option<bool>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<BadgeConnection, Problem> {
        badges(Asked::of(ctx)?, with_archived.unwrap_or_default(), first, after).await
    }

    /// The bonuses of all members, the last granted first. For who holds `MANAGE_TEAM`, if only to
    /// propose. Those that are proposed are among the proposals yet.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn bonuses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those for this month; for all months when left out.")] month: Option<Month>,
        #[graphql(desc = "Those in this state alone; all when left out.")] state: Option<BonusState>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<OrganizationBonusConnection, Problem> {
        let filter = BonusFilter { month: month.map(|month| month.0), state: state.map(Into::into) };
        bonuses_of_organization(Asked::of(ctx)?, filter, first, after.as_deref()).await
    }

    /// The training that is offered with few places, in the order in which it was offered.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn training_offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether those that were archived are among them; false when left out.")]
        with_archived: Option<bool>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<TrainingOfferConnection, Problem> {
        training_offers(Asked::of(ctx)?, with_archived.unwrap_or_default(), first, after).await
    }

    /// The active members, of the policy's `incentives.combined.roles`, that were given nothing of
    /// some kind in a quarter; null while `incentives.combined.check` is off. For who holds
    /// `MANAGE_TEAM`, if only to propose.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn incentive_gaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The quarter, in the zone of the organization.")] quarter: Quarter,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<Option<IncentiveGapConnection>, Problem> {
        incentive_gaps_of(Asked::of(ctx)?, quarter.0, first, after.as_deref()).await
    }

    /// The acts that were proposed, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn proposals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those in this state alone; all when left out.")] state: Option<ProposalState>,
        #[graphql(desc = "Those of this act alone, such as `team.grant_bonus`.")] verb: Option<String>,
        #[graphql(desc = "Those of this account alone; its global id.")] proposed_by: Option<ID>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<ProposalConnection, Problem> {
        proposals(Asked::of(ctx)?, ProposalsAsked { state, verb, proposed_by }, first, after).await
    }

    /// Who says who somebody is who logs in; null where there is no such provider. Needs the
    /// capability `MANAGE_ORGANIZATION`.
    async fn identity_provider(&self, ctx: &Context<'_>) -> Result<Option<IdentityProviderObject>, Problem> {
        IdentityProviderObject::find(ctx).await
    }

    /// The keys by which machines come in, newest first. Needs the capability
    /// `MANAGE_ORGANIZATION`.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<ApiKeyConnection, Problem> {
        api_keys(Asked::of(ctx)?, first, after).await
    }

    /// The groups, in order of name.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<GroupConnection, Problem> {
        groups_page(Asked::of(ctx)?, None, first, after).await
    }

    /// The communities, in order of name.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn communities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<CommunityConnection, Problem> {
        communities_page(Asked::of(ctx)?, first, after).await
    }

    /// The tasks of the organization, of its communities and of its groups, the one that is due
    /// first first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "arguments of the field")]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Those in one of these states; OPEN when left out.")] states: Option<Vec<TaskState>>,
        #[graphql(desc = "Those of this kind.")] kind: Option<TaskKind>,
        #[graphql(desc = "Those that are with the account of this global id.")] assignee: Option<ID>,
        #[graphql(desc = "Those that are open and later than they were due; false: the others.")]
        overdue: Option<bool>,
    ) -> Result<TaskConnection, Problem> {
        let Ok(assignee) = page::narrowed(assignee, |id| NodeId::account(&id)) else {
            return Ok(TaskConnection::default());
        };
        let narrowed = TasksAsked { assignee, place: None, states, kind, overdue };
        tasks_of(Asked::of(ctx)?, narrowed, first, after.as_deref()).await
    }

    /// How the tasks were completed that were given in a time.
    #[graphql(complexity = "100 + child_complexity")]
    async fn task_figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From when on they were given.")] since: DateTime,
        #[graphql(desc = "Before when they were given; at most 400 days after `since`.")] until: DateTime,
    ) -> Result<TaskReport, Problem> {
        TaskReport::new(Asked::of(ctx)?, since.0, until.0)
    }
}
