use async_graphql::{Context, ID, Object, SimpleObject};
use qun_domain::groups::Scope;
use qun_domain::policy::{PolicyPatch, diff};
use qun_infra::policy::version;

use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Json;
use crate::graphql::scope::AnyScope;

/// One value that is not the same in two versions.
#[derive(SimpleObject)]
struct PolicyChange {
    /// Where it stands in the document, such as tiering.weights.events; a list is one
    /// value.
    path: String,
    /// What the older version says; null when it says nothing there, and inherits.
    from: Option<Json>,
    /// What the newer version says; null when it says nothing there, and inherits.
    to: Option<Json>,
}

/// What two versions of one scope differ in.
#[derive(SimpleObject)]
struct PolicyDiff {
    /// Whose versions.
    scope: AnyScope,
    /// The older version; 0 stands for before the first.
    from: u32,
    /// The newer version.
    to: u32,
    /// The values that differ, in order of path.
    changes: Vec<PolicyChange>,
}

#[derive(Default)]
pub(in crate::graphql) struct PolicyQuery;

#[Object]
impl PolicyQuery {
    /// What two versions of one scope differ in; null when your organization has no such
    /// scope, or the scope no such version.
    async fn policy_diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the group, community or organization.")] scope: ID,
        #[graphql(desc = "The version to start from; 0 for before the first.")] from: u32,
        #[graphql(desc = "The version to compare with.")] to: u32,
    ) -> Result<Option<PolicyDiff>, Problem> {
        let asked = Asked::of(ctx)?;
        let Some(scope) = NodeId::scope(asked, &scope) else { return Ok(None) };
        let (Some(old), Some(new)) = (said(asked, scope, from).await?, said(asked, scope, to).await?) else {
            return Ok(None);
        };
        let Some(scope) = AnyScope::find(asked, scope).await? else { return Ok(None) };
        let change = |change: qun_domain::policy::Change| PolicyChange {
            path: change.path,
            from: change.from.map(Json),
            to: change.to.map(Json),
        };
        let changes = diff(old.as_value(), new.as_value()).into_iter().map(change).collect();
        Ok(Some(PolicyDiff { scope, from, to, changes }))
    }
}

async fn said(asked: &Asked, scope: Scope, number: u32) -> Result<Option<PolicyPatch>, Problem> {
    if number == 0 {
        return Ok(Some(PolicyPatch::default()));
    }
    let found = version(&asked.read, asked.scope.org(), scope, number).await?;
    Ok(found.map(|row| row.patch))
}
