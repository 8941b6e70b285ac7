//! The GraphQL API: one folder a context, as in `qun-domain` and `qun-infra`.
//!
//! A resolver translates: it reads through the batches of the request or hands a command
//! to the writer, and decides nothing.

mod access;
mod activity;
mod asked;
mod audit;
mod batch;
mod chosen;
mod documents;
mod doing;
mod error;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod groups;
mod in_place;
mod limits;
mod loaders;
mod meter;
pub(crate) mod metrics;
mod node;
mod order;
mod page;
mod people;
mod persisted;
mod policy;
mod prices;
mod proposable;
mod remembered;
mod scalars;
mod scope;
mod streams;
mod tasks;
mod team;
#[cfg(test)]
mod tests;
mod tiering;
mod user_error;

use std::any::TypeId;
use std::future::ready;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::{
    MergedObject, MergedSubscription, Request, Response, SDLExportOptions, Schema, SchemaBuilder,
    ValidationMode,
};
use futures_util::stream::{BoxStream, once};
use futures_util::{FutureExt, StreamExt};
use qun_domain::locale::Locale;
use qun_infra::activity::Purse;
use qun_infra::budget::Budget;
use qun_infra::db::{OrgScope, Writer};
use qun_infra::documents::Texts;

use crate::app::App;
use crate::http::RequestId;
use asked::Asked;
use chosen::Chosen;
pub(crate) use chosen::Does;
use documents::Documents;
pub use doing::HeaderKey;
use error::Problem;
pub use meter::Payer;
use meter::{Meters, Price, Till};
use order::Order;
use persisted::Persisted;
pub use persisted::{DocumentName, TrustedDocuments, TrustedError};
use prices::Prices;
use streams::Freshness;
pub use streams::{Caller, Live};
use tiering::KnownEvaluations;
use tokio::time::timeout;
use tracing::{Instrument, Span, info_span};

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
    team::InvitationQuery,
    policy::PolicyQuery,
    tiering::TieringQuery,
);

/// Everything that can be done. Each field is one transaction; several in one document
/// run in their order.
#[derive(Default, MergedObject)]
struct Mutation(
    access::LogInMutation,
    access::OidcMutation,
    access::SessionMutation,
    access::SignUpMutation,
    access::PasswordMutation,
    access::SecondFactorMutation,
    access::SecondFactorRuleMutation,
    access::IdentityProviderMutation,
    access::AccountMutation,
    access::ApiKeyMutation,
    access::ProposalMutation,
    team::MembersMutation,
    team::InvitationMutation,
    team::JoiningMutation,
    team::LeaveMutation,
    team::DivisionMutation,
    team::BadgeMutation,
    team::BonusMutation,
    team::PlaceMutation,
    groups::GroupsMutation,
    activity::ActivityMutation,
    policy::PolicyMutation,
    tiering::TieringMutation,
    tasks::TasksMutation,
    tasks::OwnTasksMutation,
    team::StaffFactsMutation,
    team::TrainingMutation,
);

/// What can be followed: at least once, and again from any event of the last 24 hours. Each
/// event is told with objects as they are when it is told. See docs/streams.md.
#[derive(Default, MergedSubscription)]
struct Subscription(tiering::TieringSubscription, groups::GroupsSubscription, tasks::TasksSubscription);

/// An operation that may have more than one answer.
pub struct Operation {
    /// The answers. An operation that follows ends with the first one without data.
    pub answers: BoxStream<'static, Response>,
    /// Whether it follows events.
    pub follows: bool,
}

impl Operation {
    /// One answer that there is already.
    pub(crate) fn of(answer: Response) -> Self {
        Self { answers: once(ready(answer)).boxed(), follows: false }
    }
}

type Whole = Schema<Query, Mutation, Subscription>;

/// Executes GraphQL. Clones share everything.
#[derive(Clone)]
pub struct Executor {
    /// Validates documents and tells their price, and runs subscriptions.
    checking: Whole,
    /// Runs what is valid and paid for. It has no extensions: with one, the library does half as
    /// much again for each field.
    running: Whole,
    till: Till,
    evaluations: KnownEvaluations,
    writer: Writer,
    documents: Documents,
    prices: Prices,
    persisted: Persisted,
    rows: Option<Budget>,
}

/// A request whose document is known, and within limits.
pub struct Prepared {
    request: Request,
    chosen: Chosen,
}

impl Prepared {
    /// What its operation does.
    pub(crate) fn does(&self) -> Does {
        self.chosen.does
    }
}

impl Executor {
    /// An executor; `introspection` says whether the schema may be asked for, `budget` what
    /// may be spent, without it anything.
    pub fn new(app: App, introspection: bool, budget: Option<Budget>) -> Self {
        let writer = app.writer.clone();
        let persisted = Persisted::Automatic(Arc::new(Texts::new(app.clock.clone(), None)));
        let (till, evaluations) = (Till(budget), KnownEvaluations::new());
        let schema = |builder: SchemaBuilder<_, _, _>| {
            if introspection { builder } else { builder.disable_introspection() }
        };
        let checking = schema(builder().data(app.clone()))
            .limit_depth(DEPTH)
            .limit_complexity(COMPLEXITY)
            .data(evaluations.clone())
            .extension(Freshness)
            .extension(Meters(till.clone()));
        let running = schema(builder().data(app)).validation_mode(ValidationMode::Fast);
        Self {
            checking: checking.finish(),
            running: running.finish(),
            till,
            evaluations,
            writer,
            documents: Documents::new(),
            prices: Prices::new(),
            persisted,
            rows: None,
        }
    }

    /// Remembers in `texts` which documents clients have sent.
    #[must_use]
    pub fn remembering(self, texts: Texts) -> Self {
        Self { persisted: Persisted::Automatic(Arc::new(texts)), ..self }
    }

    /// Runs the documents of this list alone.
    #[must_use]
    pub fn trusting(self, list: TrustedDocuments) -> Self {
        Self { persisted: Persisted::Trusted(Arc::new(list)), ..self }
    }

    /// Charges rows to this budget, beside the points of the document.
    #[must_use]
    pub fn charging_rows(self, rows: Option<Budget>) -> Self {
        Self { rows, ..self }
    }

    /// Executes one request: see [`Executor::prepare`].
    pub async fn execute(&self, request: Request) -> Response {
        match self.prepare(request).await {
            Ok(prepared) => self.run(prepared).await,
            Err(refused) => refused,
        }
    }

    /// Finds and looks through the document of a request. Its data may hold an [`OrgScope`]
    /// (who asks), a [`Payer`] (who is charged), a [`HeaderKey`], a [`DocumentName`], a [`Locale`],
    /// a [`RequestId`] and a [`qun_infra::access::Caller`]; without a scope the schema is open, and
    /// what begins a log-in.
    ///
    /// # Errors
    /// The answer, when there is no document or it is beyond what is looked at at all.
    pub async fn prepare(&self, mut request: Request) -> Result<Prepared, Response> {
        let began = Instant::now();
        match self.document(&mut request).await {
            Ok(chosen) => Ok(Prepared { request, chosen }),
            Err(problem) => {
                let response = Reader::of(&request).finish(problem.into());
                metrics::record(began, None, &response);
                Err(response)
            }
        }
    }

    /// Gives the request its document; which of its operations it chose.
    async fn document(&self, request: &mut Request) -> Result<Chosen, Problem> {
        let name = given::<DocumentName>(request).cloned();
        let new = self.persisted.resolve(name, request).await?;
        let chosen = self.documents.parse(request)?;
        if let Some(hash) = new {
            // What nobody answers for fills no Redis.
            let shared = given::<OrgScope>(request).is_some();
            self.persisted.keep(hash, &request.query, shared).await;
        }
        Ok(chosen)
    }

    /// Runs a document to its end. Queries that take too long are cut off.
    pub async fn run(&self, Prepared { request, chosen }: Prepared) -> Response {
        let (request, reader) = self.dressed(request);
        let (began, does) = (Instant::now(), chosen.does);
        let running = self.answer(request).instrument(span(&chosen));
        let response = match does {
            Does::Reads => timeout(PATIENCE, running).await.unwrap_or_else(|_| Problem::TooSlow.into()),
            Does::Writes => running.await,
            Does::Follows | Does::FollowsSeveral => Problem::NeedsStream.into(),
        };
        let response = reader.finish(response);
        metrics::record(began, Some(does), &response);
        response
    }

    /// Validates a request, charges for it and runs it.
    async fn answer(&self, mut request: Request) -> Response {
        let points = match self.price(&mut request).await {
            Ok(points) => points,
            Err(invalid) => return invalid,
        };
        let payer = given::<Payer>(&request).cloned();
        match self.till.charge(payer.as_ref(), points).await {
            Ok(charged) => {
                // Boxed, as the compiler counts how deep futures nest in one another.
                let response = self.running.execute(request).boxed().await;
                self.till.tell(charged, response).await
            }
            Err(refused) => refused,
        }
    }

    /// What a request may cost, if it is valid.
    async fn price(&self, request: &mut Request) -> Result<u32, Response> {
        let key = prices::key(request);
        if let Some(points) = key.as_deref().and_then(|key| self.prices.get(key)) {
            return Ok(points);
        }
        let points = self.look_through(request).await?;
        if let Some(key) = key {
            self.prices.keep(key, points);
        }
        Ok(points)
    }

    /// As [`Executor::price`], with all of the schema's rules.
    async fn look_through(&self, request: &mut Request) -> Result<u32, Response> {
        let price = Price::default();
        let mut asked = Request::new("").variables(request.variables.clone()).data(price.clone());
        match request.parsed_query() {
            Ok(document) => asked.set_parsed_query(document.clone()),
            Err(error) => return Err(Response::from_errors(vec![error])),
        }
        asked.operation_name.clone_from(&request.operation_name);
        let response = self.checking.execute(asked).await;
        price.points().ok_or(response)
    }

    /// Prepares and runs a request where there may be many answers, for who is `live`.
    pub async fn open(&self, request: Request, live: Option<Arc<Live>>) -> Operation {
        match self.prepare(request).await {
            Ok(prepared) => self.follow(prepared, live),
            Err(refused) => Operation::of(refused),
        }
    }

    /// Runs a document where there may be many answers: a subscription, for who is `live`.
    /// Everything else is as in [`Executor::run`].
    pub fn follow(&self, prepared: Prepared, live: Option<Arc<Live>>) -> Operation {
        match prepared.does() {
            Does::Follows => {}
            Does::FollowsSeveral => {
                let refused = Reader::of(&prepared.request).finish(Problem::SeveralFields.into());
                return Operation { follows: true, ..Operation::of(refused) };
            }
            Does::Reads | Does::Writes => {
                let executor = self.clone();
                let answer = async move { executor.run(prepared).await };
                return Operation { answers: once(answer).boxed(), follows: false };
            }
        }
        let (mut request, reader) = self.dressed(prepared.request);
        if let Some(live) = live {
            request = request.data(live);
        }
        let finish = move |response| reader.finish(response);
        Operation { answers: self.checking.execute_stream(request).map(finish).boxed(), follows: true }
    }

    /// Gives the request what its resolvers work with; whom it is answered for.
    fn dressed(&self, mut request: Request) -> (Request, Reader) {
        let reader = Reader {
            order: request.parsed_query().map(Order::of).unwrap_or_default(),
            ..Reader::of(&request)
        };
        let scope = given::<OrgScope>(&request).cloned();
        if let Some(asked) =
            scope.and_then(|scope| Asked::new(&self.writer, &self.evaluations, scope, reader.locale))
        {
            request = request.data(asked);
        }
        let payer = given::<Payer>(&request).cloned();
        if let Some((rows, Payer(who))) = self.rows.clone().zip(payer) {
            request = request.data(Purse::new(rows, who));
        }
        (request, reader)
    }
}

/// Whom an answer is written for, and in which order.
struct Reader {
    locale: Locale,
    id: Option<RequestId>,
    order: Order,
}

impl Reader {
    fn of(request: &Request) -> Self {
        Self {
            locale: given::<Locale>(request).copied().unwrap_or_default(),
            id: given::<RequestId>(request).cloned(),
            order: Order::default(),
        }
    }

    fn finish(&self, response: Response) -> Response {
        let mut response = error::finish(response, self.locale, self.id.as_ref().map(RequestId::as_str));
        self.order.apply(&mut response.data);
        response
    }
}

/// The span of an operation: its name, and never its variables.
fn span(chosen: &Chosen) -> Span {
    info_span!(
        "graphql",
        graphql.operation.name = chosen.name.as_deref(),
        graphql.operation.type = chosen.kind.as_ref().map(display),
    )
}

fn given<T: 'static>(request: &Request) -> Option<&T> {
    request.data.get(&TypeId::of::<T>())?.downcast_ref()
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
}

/// Answers that a transport gives by itself, in the language of its reader.
pub(crate) mod problem_response {
    use async_graphql::{Response, ServerError};
    use qun_domain::locale::Locale;

    use super::error::{self, Problem};

    /// To a reader that is too slow.
    pub(crate) fn slow_reader(locale: Locale) -> Response {
        error::finish(Problem::SlowReader.into(), locale, None)
    }

    /// To a caller who may not follow any more.
    pub(crate) fn unauthenticated(locale: Locale) -> Response {
        error::finish(Problem::Unauthenticated.into(), locale, None)
    }

    /// To a socket that runs `most` operations already.
    pub(crate) fn too_many_operations(most: usize, locale: Locale) -> Vec<ServerError> {
        error::finish(Problem::TooManyOperations(most).into(), locale, None).errors
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
