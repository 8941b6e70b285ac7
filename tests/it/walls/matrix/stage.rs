//! Two tenants of one shape, and everybody who may ask.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};

use async_graphql::{Request, Variables};
use qun_api::graphql::Executor;
use qun_infra::db::OrgScope;
use sea_orm::prelude::Uuid;
use serde_json::{Value as Json, json};

use super::document::Document;
use super::sample::Sample;
use super::schema::Schema;
use super::world::{World, question};
use crate::harness::TestQun;
use crate::walls::tenants::tenant;

/// What every text of ours begins with.
const OURS: &str = "ours-";
const THEIRS: &str = "theirs-";

/// Who asks.
pub(super) struct Asker {
    pub(super) name: &'static str,
    pub(super) scope: Option<OrgScope>,
}

pub(super) struct Stage {
    pub(super) schema: Schema,
    executor: Executor,
    pub(super) nobody: Asker,
    pub(super) reader: Asker,
    pub(super) admin: Asker,
    pub(super) owner: Asker,
    /// The owner of the other tenant.
    pub(super) stranger: Asker,
    pub(super) ours: World,
    pub(super) theirs: World,
    /// Our tenant.
    pub(super) us: Uuid,
    made: AtomicU32,
}

/// A field, or an object that `node` finds, and how to ask for it.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) name: String,
    pub(super) document: Document,
    /// The type of the answer.
    pub(super) of: String,
}

impl Stage {
    pub(super) async fn new(qun: &TestQun) -> Self {
        let org = qun.with_org().await;
        let us = org.organization.id.0;
        tenant(qun, "acme", org.owner.clone(), OURS).await;
        tenant(qun, "globex", org.stranger.clone(), THEIRS).await;
        let executor = qun.executor();
        let ask = async |scope: Option<&OrgScope>, query: &str| {
            execute(&executor, scope, query, json!({})).await["data"].take()
        };
        let schema = Schema::read(ask(None, Schema::query()).await);
        let ours = World::read(OURS, &ask(Some(&org.owner), &question(OURS)).await);
        let theirs = World::read(THEIRS, &ask(Some(&org.stranger), &question(THEIRS)).await);
        let asker = |name, scope| Asker { name, scope: Some(scope) };
        Self {
            nobody: Asker { name: "nobody", scope: None },
            reader: asker("reader", org.reader),
            admin: asker("admin", org.admin),
            owner: asker("owner", org.owner),
            stranger: asker("stranger", org.stranger),
            schema,
            executor,
            ours,
            theirs,
            us,
            made: AtomicU32::new(0),
        }
    }

    /// The answer to a question about the objects of `world`; at `odd`'s place about those of its
    /// world.
    pub(super) async fn ask(
        &self,
        asker: &Asker,
        question: &Question,
        world: &World,
        odd: Option<(&str, &World)>,
    ) -> Json {
        let variables = question.document.variables(|place, sample| match sample {
            Sample::Is(value) => value.clone(),
            Sample::Fresh => json!(format!("made {}", self.made.fetch_add(1, Ordering::Relaxed))),
            Sample::Names(what) => match odd {
                Some((odd, world)) if odd == place => json!(world.get(what)),
                _ => json!(world.get(what)),
            },
        });
        let text = question.document.text(&self.schema.selection(&question.of, 1));
        execute(&self.executor, asker.scope.as_ref(), &text, variables).await
    }

    /// Every field of `Query`, and `node` for every type that it finds.
    pub(super) fn queries(&self) -> Vec<Question> {
        let roots = self.questions_of(&Document::query(), "Query");
        let nodes = self.nodes();
        roots.into_iter().filter(|question| question.name != "Query.node").chain(nodes).collect()
    }

    pub(super) fn mutations(&self) -> Vec<Question> {
        self.questions_of(&Document::mutation(), "Mutation")
    }

    fn questions_of(&self, way: &Document, owner: &str) -> Vec<Question> {
        let fields = self.schema.fields(owner).iter();
        let questions = fields.flat_map(|field| {
            let of = field.of.named().to_owned();
            let ways = way.to_field(&self.schema, owner, field).into_iter();
            ways.map(move |(name, document)| Question { name, document, of: of.clone() })
        });
        questions.collect()
    }

    fn nodes(&self) -> Vec<Question> {
        let fields = self.schema.fields("Query");
        let node = fields.iter().find(|field| field.name == "node").expect("the field node");
        let (_, way) = &Document::query().to_field(&self.schema, "Query", node)[0];
        let found = self.schema.possible("Node").map(|of| Question {
            name: format!("Query.node({of})"),
            document: way.on(of),
            of: of.to_owned(),
        });
        found.collect()
    }

    /// Every field of every object that the owner gets to see, by the shortest way that begins
    /// with `node` where there is one; and the types that he does not get to see.
    pub(super) async fn fields(&self) -> (Vec<Question>, BTreeSet<String>) {
        let mut waiting: VecDeque<Question> = self.nodes().into();
        waiting.extend(self.queries());
        let mut found: BTreeMap<String, Vec<Question>> = BTreeMap::new();
        let mut unseen: BTreeSet<String> = self.schema.reachable("Query");
        unseen.remove("Query");
        while let Some(question) = waiting.pop_front() {
            if !unseen.contains(&question.of) {
                continue;
            }
            let answer = self.ask(&self.owner, &question, &self.ours, None).await;
            if !question.document.is_found(&answer) {
                continue;
            }
            unseen.remove(&question.of);
            let fields = self.questions_of(&question.document, &question.of);
            waiting.extend(fields.iter().cloned());
            found.insert(question.of, fields);
        }
        (found.into_values().flatten().collect(), unseen)
    }
}

async fn execute(executor: &Executor, scope: Option<&OrgScope>, query: &str, variables: Json) -> Json {
    let mut request = Request::new(query).variables(Variables::from_json(variables));
    if let Some(scope) = scope {
        request = request.data(scope.clone());
    }
    serde_json::to_value(executor.execute(request).await).expect("JSON")
}

/// Whether an answer has anything of ours in it: a text, or one of the ids.
pub(super) fn tells_of_ours(answer: &Json, ids: &BTreeSet<String>) -> bool {
    match answer {
        Json::String(text) => text.contains(OURS) || text.contains("acme") || ids.contains(text),
        Json::Array(values) => values.iter().any(|value| tells_of_ours(value, ids)),
        Json::Object(fields) => fields.values().any(|value| tells_of_ours(value, ids)),
        _ => false,
    }
}

/// Gathers every id in an answer.
pub(super) fn gather_ids(answer: &Json, ids: &mut BTreeSet<String>) {
    match answer {
        Json::Array(values) => values.iter().for_each(|value| gather_ids(value, ids)),
        Json::Object(fields) => {
            ids.extend(fields.get("id").and_then(Json::as_str).map(str::to_owned));
            fields.values().for_each(|value| gather_ids(value, ids));
        }
        _ => {}
    }
}
