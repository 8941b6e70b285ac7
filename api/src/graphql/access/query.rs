#![expect(clippy::unused_async, reason = "async-graphql wants a resolver that can fail to be asynchronous")]

use async_graphql::{Context, ID, Object};
use qun_domain::access::{Actor, Capability as DomainCapability, Power};
use qun_domain::fault::Fault;
use qun_domain::scope::Scope;
use qun_infra::access::api_key;

use super::api_key::ApiKeyObject;
use super::assignment::RoleAssignment;
use super::codes::Capability;
use super::object::{Account, OrganizationObject};
use super::second_factor::{SecondFactor, second_factor};
use super::session::{Seat, Session, seats, sessions};
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page;
use crate::graphql::scope::AnyScope;
use crate::graphql::tasks::{TaskConnection, TaskState, TasksAsked, tasks_of};

#[derive(Default)]
pub(in crate::graphql) struct AccessQuery;

#[Object]
impl AccessQuery {
    /// Who you are, and what you may do.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer, Problem> {
        Asked::of(ctx)?;
        Ok(Viewer)
    }

    /// Your organization.
    async fn organization(&self, ctx: &Context<'_>) -> Result<OrganizationObject, Problem> {
        own(Asked::of(ctx)?).await
    }
}

async fn own(asked: &Asked) -> Result<OrganizationObject, Problem> {
    let found = OrganizationObject::find(asked).await?;
    Ok(found.ok_or_else(|| Fault::new("the organization of an open door is gone"))?)
}

/// What has just this power in the hand of who asks.
async fn held(asked: &Asked, scope: Option<&ID>, power: Power) -> Result<Vec<Capability>, Problem> {
    let at = match scope {
        None => Scope::Organization,
        Some(id) => NodeId::scope(asked, id).ok_or(Problem::NotFound)?,
    };
    if at != Scope::Organization {
        AnyScope::find(asked, at).await?.ok_or(Problem::NotFound)?;
    }
    let actor = asked.scope.actor();
    let held = DomainCapability::ALL.iter().filter(|capability| actor.power(**capability, at) == power);
    Ok(held.map(|capability| (*capability).into()).collect())
}

/// Who asks.
struct Viewer;

/// Who asks.
#[Object]
impl Viewer {
    /// The account; null for a machine with a key, and for the operator at the command line.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>, Problem> {
        let asked = Asked::of(ctx)?;
        Ok(app(ctx).access.account_of(&asked.scope).await?.map(Account::from))
    }

    /// The key by which a machine asks; null for people.
    async fn api_key(&self, ctx: &Context<'_>) -> Result<Option<ApiKeyObject>, Problem> {
        let asked = Asked::of(ctx)?;
        let Actor::ApiKey { id, .. } = asked.scope.actor() else { return Ok(None) };
        Ok(api_key(&asked.read, *id).await?.map(ApiKeyObject))
    }

    /// What the account is in the organization of the token; empty for a machine with a key, and
    /// for the operator at the command line.
    async fn assignments(&self, ctx: &Context<'_>) -> Result<Vec<RoleAssignment>, Problem> {
        let asked = Asked::of(ctx)?;
        match asked.scope.actor().account_id() {
            Some(account) => RoleAssignment::of(asked, account).await,
            None => Ok(Vec::new()),
        }
    }

    /// What who asks may do: without a scope, for the whole organization.
    async fn capabilities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of a group or community; the organization when left out.")]
        scope: Option<ID>,
    ) -> Result<Vec<Capability>, Problem> {
        held(Asked::of(ctx)?, scope.as_ref(), Power::May).await
    }

    /// What who asks may not do but propose: without a scope, for the whole organization.
    async fn proposable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of a group or community; the organization when left out.")]
        scope: Option<ID>,
    ) -> Result<Vec<Capability>, Problem> {
        held(Asked::of(ctx)?, scope.as_ref(), Power::Proposes).await
    }

    /// The account's sessions that are not over, in all of its organizations, newest first; at
    /// most 100. Needs a log-in.
    #[graphql(complexity = "page::times(page::MAX.into(), page::MAX, child_complexity)")]
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>, Problem> {
        sessions(ctx).await
    }

    /// The account's second factor; null when it has none. Needs a log-in.
    async fn second_factor(&self, ctx: &Context<'_>) -> Result<Option<SecondFactor>, Problem> {
        second_factor(ctx).await
    }

    /// The organizations that the account belongs to, in the order of their slugs. Needs a
    /// log-in.
    #[graphql(complexity = "page::times(page::MAX.into(), page::MAX, child_complexity)")]
    async fn organizations(&self, ctx: &Context<'_>) -> Result<Vec<Seat>, Problem> {
        seats(ctx).await
    }

    /// The account's tasks in the organization of the token, the one that is due first first; none
    /// for a machine with a key.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Those in one of these states; OPEN when left out.")] states: Option<Vec<TaskState>>,
    ) -> Result<TaskConnection, Problem> {
        let asked = Asked::of(ctx)?;
        let Some(id) = asked.scope.actor().account_id() else { return Ok(TaskConnection::default()) };
        let own = TasksAsked { assignee: Some(id), states, ..TasksAsked::default() };
        tasks_of(asked, own, first, after.as_deref()).await
    }

    /// The organization of the token: the one that every answer is about.
    async fn organization(&self, ctx: &Context<'_>) -> Result<OrganizationObject, Problem> {
        own(Asked::of(ctx)?).await
    }
}
