//! The GraphQL API: one folder a context, as in `qun-domain` and `qun-infra`.
//!
//! A resolver translates: it reads through the batches of the request or hands a command
//! to the writer, and decides nothing.

mod access;
mod activity;
mod asked;
mod batch;
mod documents;
mod doing;
mod error;
mod groups;
mod limits;
mod loaders;
mod meter;
mod node;
mod page;
mod people;
mod policy;
mod scalars;
mod scope;
mod streams;
#[cfg(test)]
mod tests;
mod tiering;
mod user_error;

use std::any::TypeId;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::{
    MergedObject, MergedSubscription, Request, Response, SDLExportOptions, Schema, SchemaBuilder,
};
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, once};
use qun_domain::locale::Locale;
use qun_infra::budget::Budget;
use qun_infra::db::{OrgScope, Writer};

use crate::app::App;
use crate::http::RequestId;
use asked::Asked;
use documents::Documents;
pub(crate) use documents::{Kind, kind};
pub use doing::HeaderKey;
use meter::Meters;
pub use meter::Payer;
use streams::Freshness;
pub use streams::{Caller, Live};
use tokio::time::timeout;

/// How deep a document may nest; the query of schema explorers needs all of it.
const DEPTH: usize = 15;
/// How much a document may ask for: each field costs 1, what is in a list as often as the
/// list may be long.
const COMPLEXITY: usize = 20_000;

/// How long queries may take. A mutation may take longer, and is not cut off.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that can be asked.
#[derive(Default, MergedObject)]
struct Query(
    node::NodeQuery,
    access::AccessQuery,
    groups::GroupsQuery,
    people::PeopleQuery,
    policy::PolicyQuery,
    tiering::TieringQuery,
);

/// Everything that can be done. Each field is one transaction; several in one document
/// run in their order.
#[derive(Default, MergedObject)]
struct Mutation(
    access::AccessMutation,
    groups::GroupsMutation,
    activity::ActivityMutation,
    policy::PolicyMutation,
    tiering::TieringMutation,
);

/// What can be followed: at least once, and again from any event of the last 24 hours. Each
/// event is told with objects as they are when it is told. See docs/streams.md.
#[derive(Default, MergedSubscription)]
struct Subscription(tiering::TieringSubscription, groups::GroupsSubscription);

/// An operation that may have more than one answer.
pub struct Operation {
    /// The answers. An operation that follows ends with the first one without data.
    pub answers: BoxStream<'static, Response>,
    /// Whether it follows events.
    pub follows: bool,
}

/// Executes GraphQL. Clones share everything.
#[derive(Clone)]
pub struct Executor {
    schema: Schema<Query, Mutation, Subscription>,
    writer: Writer,
    documents: Documents,
}

impl Executor {
    /// An executor; `introspection` says whether the schema may be asked for, `budget` what
    /// may be spent, without it anything.
    pub fn new(app: App, introspection: bool, budget: Option<Budget>) -> Self {
        let writer = app.writer.clone();
        let mut schema = builder()
            .data(app)
            .limit_depth(DEPTH)
            .limit_complexity(COMPLEXITY)
            .extension(Freshness)
            .extension(Meters(budget));
        if !introspection {
            schema = schema.disable_introspection();
        }
        Self { schema: schema.finish(), writer, documents: Documents::new() }
    }

    /// Executes one request. Its data may hold an [`OrgScope`] (who asks), a [`Payer`] (who is
    /// charged), a [`HeaderKey`], a [`Locale`] and a [`RequestId`]; without a scope nothing but `logIn` and the schema is open.
    pub async fn execute(&self, request: Request) -> Response {
        let (mut request, id) = self.dressed(request);
        let response = match self.documents.parse(&mut request) {
            Ok(Kind::Reads) => {
                timeout(PATIENCE, self.schema.execute(request)).await.unwrap_or_else(|_| error::too_slow())
            }
            Ok(_) => self.schema.execute(request).await,
            Err(too_much) => error::too_much(too_much),
        };
        error::finish(response, id.as_ref().map(RequestId::as_str))
    }

    /// What the operation of a request is. A document that cannot be read is no subscription.
    pub(crate) fn kind(&self, request: &mut Request) -> Kind {
        self.documents.parse(request).unwrap_or(Kind::Reads)
    }

    /// Executes one request where there may be many answers: a subscription, for who is `live`.
    /// Everything else is as in [`Executor::execute`].
    pub fn open(&self, mut request: Request, live: Option<Arc<Live>>) -> Operation {
        match self.kind(&mut request) {
            Kind::Follows => {}
            Kind::FollowsSeveral => {
                let refused = once(ready(error::several_fields())).boxed();
                return Operation { answers: refused, follows: true };
            }
            Kind::Reads | Kind::Writes => {
                let executor = self.clone();
                let answer = async move { executor.execute(request).await };
                return Operation { answers: once(answer).boxed(), follows: false };
            }
        }
        let (mut request, id) = self.dressed(request);
        if let Some(live) = live {
            request = request.data(live);
        }
        let finish = move |response| error::finish(response, id.as_ref().map(RequestId::as_str));
        Operation { answers: self.schema.execute_stream(request).map(finish).boxed(), follows: true }
    }

    /// Gives the request what its resolvers work with; under which id it is logged.
    fn dressed(&self, mut request: Request) -> (Request, Option<RequestId>) {
        let scope = given::<OrgScope>(&request).cloned();
        let locale = given::<Locale>(&request).copied().unwrap_or_default();
        let id = given::<RequestId>(&request).cloned();
        if let Some(asked) = scope.and_then(|scope| Asked::new(&self.writer, scope, locale)) {
            request = request.data(asked);
        }
        (request, id)
    }
}

fn given<T: 'static>(request: &Request) -> Option<&T> {
    request.data.get(&TypeId::of::<T>())?.downcast_ref()
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
}

/// Answers that a transport gives by itself, when a stream ends.
pub(crate) mod problem_response {
    use async_graphql::Response;

    use super::error;

    /// To a reader that is too slow.
    pub(crate) fn slow_reader() -> Response {
        error::slow_reader()
    }

    /// To a caller who may not follow any more.
    pub(crate) fn unauthenticated() -> Response {
        error::unauthenticated()
    }
}

/// The schema as SDL, in the order of the alphabet.
pub fn schema_sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
        .prefer_single_line_descriptions()
        .use_space_ident()
        .indent_width(2);
    builder().finish().sdl_with_options(options)
}
