#![expect(clippy::unused_async, reason = "async-graphql wants a resolver that can fail to be asynchronous")]

use async_graphql::{Context, Object};
use qun_domain::access::{Actor, Capability as DomainCapability};
use qun_domain::fault::Fault;
use qun_infra::access::api_key;

use super::api_key::ApiKeyObject;
use super::object::{Account, Capability, OrganizationObject, Role};
use super::session::{Seat, Session, seats, sessions};
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::Problem;
use crate::graphql::page;

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

    /// The account's role in the organization of the token; null for a machine with a key, and
    /// for the operator at the command line.
    async fn role(&self, ctx: &Context<'_>) -> Result<Option<Role>, Problem> {
        Ok(match Asked::of(ctx)?.scope.actor() {
            Actor::Account { role, .. } => Some((*role).into()),
            Actor::ApiKey { .. } | Actor::Operator | Actor::Job => None,
        })
    }

    /// What who asks may do there.
    async fn capabilities(&self, ctx: &Context<'_>) -> Result<Vec<Capability>, Problem> {
        let actor = Asked::of(ctx)?.scope.actor();
        let held = DomainCapability::ALL.into_iter().filter(|capability| actor.may(*capability));
        Ok(held.map(Into::into).collect())
    }

    /// The account's sessions that are not over, in all of its organizations, newest first; at
    /// most 100. Needs a log-in.
    #[graphql(complexity = "page::times(page::MAX.into(), page::MAX, child_complexity)")]
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>, Problem> {
        sessions(ctx).await
    }

    /// The organizations that the account belongs to, in the order of their slugs. Needs a
    /// log-in.
    #[graphql(complexity = "page::times(page::MAX.into(), page::MAX, child_complexity)")]
    async fn organizations(&self, ctx: &Context<'_>) -> Result<Vec<Seat>, Problem> {
        seats(ctx).await
    }

    /// The organization of the token: the one that every answer is about.
    async fn organization(&self, ctx: &Context<'_>) -> Result<OrganizationObject, Problem> {
        own(Asked::of(ctx)?).await
    }
}
