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
pub(crate) mod metrics;
mod node;
mod page;
mod people;
mod policy;
mod scalars;
mod scope;
#[cfg(test)]
mod tests;
mod tiering;
mod user_error;

use std::any::TypeId;
use std::time::{Duration, Instant};

use async_graphql::{
    EmptySubscription, MergedObject, Request, Response, SDLExportOptions, Schema, SchemaBuilder,
};
use qun_domain::locale::Locale;
use qun_infra::budget::Budget;
use qun_infra::db::{OrgScope, Writer};

use crate::app::App;
use crate::http::RequestId;
use asked::Asked;
use documents::Documents;
pub(crate) use documents::reads_only;
pub use doing::HeaderKey;
use error::Problem;
use meter::Meters;
pub use meter::Payer;
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
    access::LogInMutation,
    access::SessionMutation,
    access::SignUpMutation,
    access::PasswordMutation,
    access::ApiKeyMutation,
    groups::GroupsMutation,
    activity::ActivityMutation,
    policy::PolicyMutation,
    tiering::TieringMutation,
);

/// Executes GraphQL. Clones share everything.
#[derive(Clone)]
pub struct Executor {
    schema: Schema<Query, Mutation, EmptySubscription>,
    writer: Writer,
    documents: Documents,
}

impl Executor {
    /// An executor; `introspection` says whether the schema may be asked for, `budget` what
    /// may be spent, without it anything.
    pub fn new(app: App, introspection: bool, budget: Option<Budget>) -> Self {
        let writer = app.writer.clone();
        let mut schema =
            builder().data(app).limit_depth(DEPTH).limit_complexity(COMPLEXITY).extension(Meters(budget));
        if !introspection {
            schema = schema.disable_introspection();
        }
        Self { schema: schema.finish(), writer, documents: Documents::new() }
    }

    /// Executes one request. Its data may hold an [`OrgScope`] (who asks), a [`Payer`] (who is
    /// charged), a [`HeaderKey`], a [`Locale`], a [`RequestId`] and a
    /// [`qun_infra::access::Caller`]; without a scope the schema is open, and what begins a log-in.
    pub async fn execute(&self, mut request: Request) -> Response {
        let scope = given::<OrgScope>(&request).cloned();
        let locale = given::<Locale>(&request).copied().unwrap_or_default();
        let id = given::<RequestId>(&request).cloned();
        if let Some(asked) = scope.and_then(|scope| Asked::new(&self.writer, scope, locale)) {
            request = request.data(asked);
        }
        let began = Instant::now();
        let reads = self.documents.parse(&mut request);
        let kind = reads.as_ref().ok().copied();
        let response = match reads {
            Ok(true) => timeout(PATIENCE, self.schema.execute(request))
                .await
                .unwrap_or_else(|_| Problem::TooSlow.into()),
            Ok(false) => self.schema.execute(request).await,
            Err(too_much) => Problem::from(too_much).into(),
        };
        let response = error::finish(response, locale, id.as_ref().map(RequestId::as_str));
        metrics::record(began, kind, &response);
        response
    }
}

fn given<T: 'static>(request: &Request) -> Option<&T> {
    request.data.get(&TypeId::of::<T>())?.downcast_ref()
}

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
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
