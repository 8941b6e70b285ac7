use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{Data, Response};
use qun_domain::locale::Locale;
use qun_infra::access::AuthProblem;

use super::Live;
use crate::app::App;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::tiering::KnownEvaluations;

/// Lets each event of a subscription be a request of its own: by whoever the caller is now, at
/// the time that it is now. A caller who may not read any more is told so, and no event.
pub(in crate::graphql) struct Freshness;

impl ExtensionFactory for Freshness {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Freshness {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let Some(live) = ctx.data_opt::<Arc<Live>>() else { return next.run(ctx, operation_name).await };
        match asked(ctx, live).await {
            Ok(asked) => {
                let mut data = Data::default();
                data.insert(asked);
                next.run_with_data(ctx, operation_name, data).await
            }
            Err(problem) => problem.into(),
        }
    }
}

async fn asked(ctx: &ExtensionContext<'_>, live: &Live) -> Result<Asked, Problem> {
    let (scope, _) = live.caller.scope().await.map_err(|problem| match problem {
        AuthProblem::Expired | AuthProblem::Invalid | AuthProblem::NotAMember => Problem::Unauthenticated,
        AuthProblem::Fault(fault) => fault.into(),
    })?;
    let locale = ctx.data_opt::<Locale>().copied().unwrap_or_default();
    let (app, evaluations) = (ctx.data_unchecked::<App>(), ctx.data_unchecked::<KnownEvaluations>());
    Asked::new(&app.writer, evaluations, scope, locale).ok_or(Problem::Forbidden)
}
