//! Every mutation, asked by every role at every rank at every scope, and by every key: none may do
//! more or less than the table of `qun_domain::access` says.

use std::time::Duration;

use qun_domain::access::{KeyScope, Position, Power, Rank, Role};
use qun_domain::id::{CommunityId, GroupId};
use qun_domain::scope::Scope;
use qun_infra::db::OrgScope;
use serde_json::Value as Json;

use super::stage::{Asker, Question, Stage};
use super::{At, OF_LOG_IN};
use crate::harness::{READER, Raw, TestQun, email, on_both, short};

on_both!(nobody_may_do_more_or_less_than_the_table_says, a_key_does_what_its_scopes_give);

/// What an answer shows of the power of who asked.
fn shown(question: &Question, answer: &Json) -> Power {
    let code = answer["errors"][0]["extensions"]["code"].as_str();
    if code == Some("FORBIDDEN") {
        return Power::None;
    }
    assert_eq!(code, None, "{}: {answer:#}", question.name);
    let payload = question.document.find(answer);
    let is_proposed = payload["proposal"]["state"] == "OPEN" && payload["userErrors"] == Json::Array(vec![]);
    if is_proposed { Power::Proposes } else { Power::May }
}

/// The scopes of the objects that are asked for.
struct Places {
    community: CommunityId,
    group: GroupId,
}

impl Places {
    fn of(&self, at: At) -> Scope {
        match at {
            At::Organization => Scope::Organization,
            At::Community => Scope::Community(self.community),
            At::Group => Scope::Group(self.group),
        }
    }

    /// What the table says that a mutation is worth to somebody.
    fn worth(&self, question: &Question, scope: &OrgScope) -> Power {
        let needs = question.needs();
        let worth = needs
            .flat_map(|(need, places)| places.iter().map(move |at| scope.actor().power(need, self.of(*at))));
        let worth = worth.min().expect("a need");
        if question.is_never_proposed() && worth == Power::Proposes { Power::None } else { worth }
    }
}

/// Mutations that a tenant may be asked for over and over.
fn mutations(stage: &Stage) -> Vec<Question> {
    let mut mutations = stage.mutations();
    mutations.retain(|question| !question.is_public() && !OF_LOG_IN.contains(&question.name.as_str()));
    mutations
}

async fn nobody_may_do_more_or_less_than_the_table_says(qun: &TestQun) {
    let stage = Stage::new(qun).await;
    let places = places(&qun.system().await, &stage).await;
    let somewhere_else = qun.group(stage.owner.scope.as_ref().expect("an owner"), "elsewhere", None).await;
    qun.add_account("acme", "walker", READER).await;
    let life = Duration::from_hours(24);
    let token = qun.access.token_for(&email("acme", "walker"), &short("acme"), life).await.expect("a token");
    let mut walkers = Vec::new();
    for scope in [
        Scope::Organization,
        Scope::Community(places.community),
        Scope::Group(places.group),
        Scope::Group(somewhere_else.id),
    ] {
        for position in positions(scope) {
            become_one(qun, position).await;
            let walker = qun.access.authenticate(&token.access_token).await.expect("a scope");
            walkers.push((position, Asker { name: "walker", scope: Some(walker) }));
        }
    }
    let mut seen = [0; 3];
    for question in &mutations(&stage) {
        let says = |asker: &Asker| places.worth(question, asker.scope.as_ref().expect("a walker"));
        // Who does it comes last: it may take away what it is asked of.
        walkers.sort_by_key(|(_, asker)| says(asker));
        for (position, asker) in &walkers {
            let answer = stage.ask(asker, question, &stage.ours, None).await;
            let (says, does) = (says(asker), shown(question, &answer));
            // What is refused to who may, is refused to who proposes too.
            let is_refused = question.document.find(&answer)["userErrors"][0].is_object();
            let is_right = says == does || is_refused && says == Power::Proposes;
            assert!(is_right, "{} by {position:?}: {says:?}, {answer:#}", question.name);
            seen[does as usize] += 1;
        }
    }
    assert!(seen.iter().all(|seen| *seen > 20), "one of none, proposed, done was hardly seen: {seen:?}");
}

async fn a_key_does_what_its_scopes_give(qun: &TestQun) {
    let stage = Stage::new(qun).await;
    let places = places(&qun.system().await, &stage).await;
    let owner = stage.owner.scope.as_ref().expect("an owner");
    for extra in KeyScope::ALL {
        let key = qun.key(owner, &[KeyScope::Read, extra]).await;
        let asker = Asker { name: "key", scope: Some(key.clone()) };
        for question in &mutations(&stage) {
            let answer = stage.ask(&asker, question, &stage.ours, None).await;
            let (says, does) = (places.worth(question, &key), shown(question, &answer));
            assert_eq!(says, does, "{} by a key for {extra:?}: {answer:#}", question.name);
        }
    }
}

fn positions(scope: Scope) -> impl Iterator<Item = Position> {
    Role::ALL.iter().flat_map(move |role| {
        let ranks: &[Rank] = if *role == Role::Owner { &[] } else { Rank::ALL };
        let owner = (*role == Role::Owner).then_some(Position::owner(scope));
        owner.into_iter().chain(ranks.iter().map(move |rank| Position::ranked(*role, *rank, scope)))
    })
}

/// Puts the account `walker` into a position. What is remembered of the one before is forgotten
/// after ten seconds.
async fn become_one(qun: &TestQun, position: Position) {
    let (community, group) = position.scope.columns();
    let sql = "UPDATE role_assignment
               SET role = $1, rank = $2, community_id = $3, group_id = $4, scope_id = COALESCE($4, $3, org_id)
               WHERE account_id = (SELECT id FROM account WHERE email = $5)";
    let values = vec![
        position.role.code().into(),
        position.rank.map(|rank| rank.code().to_owned()).into(),
        community.map(|id| id.0).into(),
        group.map(|id| id.0).into(),
        email("acme", "walker").into(),
    ];
    qun.system().await.run(sql, values).await.expect("a position");
    qun.clock.set(qun.clock.now().plus_millis(10_000));
}

async fn places(raw: &Raw, stage: &Stage) -> Places {
    let id = async |table: &str| {
        let rows =
            raw.rows(&format!("SELECT id FROM {table} WHERE org_id = $1"), vec![stage.us.into()]).await;
        rows[0].try_get_by_index::<sea_orm::prelude::Uuid>(0).expect("an id")
    };
    Places { community: CommunityId(id("community").await), group: GroupId(id("chat_group").await) }
}
