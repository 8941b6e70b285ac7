use async_graphql::{Context, Object};
use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_infra::policy::{PolicyVersionRow, versions};

use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::page::{Slice, connection};
use crate::graphql::scalars::{DateTime, Json};
use crate::graphql::scope::AnyScope;

connection!(
    PolicyVersionConnection,
    PolicyVersionEdge,
    PolicyVersionObject,
    "A page of policy versions.",
    "A policy version and its place in the list."
);

/// A page of a scope's versions, newest first.
pub(in crate::graphql) async fn versions_page(
    asked: &Asked,
    scope: Scope,
    first: Option<i32>,
    after: Option<String>,
) -> Result<PolicyVersionConnection, Problem> {
    let slice = Slice::<u32>::new(first, after.as_deref())?;
    let found = versions(&asked.read, asked.scope.org(), scope, slice.after, slice.limit().into()).await?;
    Ok(PolicyVersionConnection {
        page: slice.page(found.into_iter().map(PolicyVersionObject), |version| version.0.version),
    })
}

/// A published version of what a scope says.
#[derive(Clone)]
pub(in crate::graphql) struct PolicyVersionObject(pub(super) PolicyVersionRow);

/// A published version of what the organization, a community or a group says.
#[Object(name = "PolicyVersion")]
impl PolicyVersionObject {
    /// Who says it.
    async fn scope(&self, ctx: &Context<'_>) -> Result<AnyScope, Problem> {
        let scope = AnyScope::find(Asked::of(ctx)?, self.0.scope).await?;
        Ok(scope.ok_or_else(|| Fault::new(format!("{} is gone", self.0.scope)))?)
    }

    /// Its number, from 1 in each scope.
    async fn version(&self) -> u32 {
        self.0.version
    }

    /// All that the scope says in this version: the keys that differ from what it
    /// inherits, or are held fast.
    async fn document(&self) -> Json {
        Json(self.0.patch.as_value().clone())
    }

    /// Why, in the publisher's words; null when nobody said.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Who published it, as in the audit log: `account:…` or `operator`.
    async fn published_by(&self) -> &str {
        &self.0.published_by
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at)
    }
}
