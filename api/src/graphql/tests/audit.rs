//! What GraphQL makes of the audit log: arguments, objects, seals, and what a page costs.

use std::time::Duration;

use qun_domain::access::{Position, Rank, Role};
use qun_domain::scope::Scope;
use qun_infra::access::{NewAccount, operator};
use qun_infra::audit::seal;
use qun_infra::db::OrgScope;
use serde_json::{Value, json};

use super::stage::{PASSWORD, Stage};

/// Moves the clock, so that what follows comes after what was.
fn later(stage: &Stage) {
    stage.app.clock.set(stage.app.clock.now().plus_millis(1));
}

/// The entries that the arguments leave, of these fields.
async fn log(stage: &Stage, arguments: &str, fields: &str) -> Vec<Value> {
    let query = format!("{{ organization {{ auditLog({arguments}) {{ nodes {{ {fields} }} }} }} }}");
    let data = stage.ask(&query, json!({})).await;
    data["organization"]["auditLog"]["nodes"].as_array().expect("entries").clone()
}

async fn verbs(stage: &Stage, arguments: &str) -> Vec<String> {
    let found = log(stage, arguments, "verb").await;
    found.iter().map(|entry| entry["verb"].as_str().expect("a verb").to_owned()).collect()
}

async fn move_group(stage: &Stage, scope: &OrgScope, group: &Value, community: &Value) -> Value {
    let query = "mutation($input: MoveGroupInput!) { moveGroup(input: $input) { group { id } proposal { id } userErrors { code } } }";
    let input = json!({ "input": { "group": group, "community": community } });
    let mut answer = stage.answer(Some(scope), query, input).await;
    assert!(answer["errors"].is_null(), "{answer:#}");
    answer["data"]["moveGroup"].take()
}

#[tokio::test]
async fn an_entry_tells_who_did_what_to_what() {
    let stage = Stage::new().await;
    let (group, community) = (stage.group("Garden").await, stage.community("Plants").await);
    later(&stage);
    let owner = stage.owner.clone().with_request_id("r-7");
    move_group(&stage, &owner, &group, &community).await;
    later(&stage);
    seal(&stage.app.db, stage.app.clock.now()).await.expect("seals");
    let fields = "actor actorKind actorId actorMember { account { id email } } verb target requestId
                  targetNode { __typename id } changes { field before after } detailText proposal { id }
                  seal { sequence entryHash hash sealedAt }";
    let found = log(&stage, "first: 1", fields).await.remove(0);
    let actor = stage.owner.actor().to_string();
    assert_eq!((&found["actor"], &found["actorKind"]), (&json!(actor), &json!("ACCOUNT")));
    assert_eq!(found["actorId"], found["actorMember"]["account"]["id"]);
    assert_eq!(found["actorMember"]["account"]["email"], "owner@garden.example");
    assert_eq!((&found["verb"], &found["requestId"]), (&json!("groups.move_group"), &json!("r-7")));
    assert_eq!(found["targetNode"], json!({ "__typename": "Group", "id": group }));
    let change = &found["changes"][0];
    assert_eq!((&change["field"], &change["before"]), (&json!("community"), &Value::Null));
    let text = format!("{{\"community\":{{\"after\":{},\"before\":null}}}}", change["after"]);
    assert_eq!(found["detailText"], json!(text));
    assert_eq!(found["proposal"], Value::Null);
    assert_eq!(found["seal"]["sequence"], json!(5));

    let head = stage.ask("{ organization { auditHead { sequence hash sealedAt head } } }", json!({})).await;
    let head = &head["organization"]["auditHead"];
    assert_eq!((&head["hash"], &head["sealedAt"]), (&found["seal"]["hash"], &found["seal"]["sealedAt"]));
    assert_eq!(head["head"], json!(format!("5:{}", head["hash"].as_str().expect("a hash"))));
}

#[tokio::test]
async fn what_the_arguments_name_is_found() {
    let stage = Stage::new().await;
    let stranger = stage.stranger().await;
    let (group, community) = (stage.group("Garden").await, stage.community("Plants").await);
    later(&stage);
    let between = stage.app.clock.now().to_utc().to_rfc3339();
    let owner = stage.owner.clone().with_request_id("r-7");
    move_group(&stage, &owner, &group, &community).await;
    let me = stage.ask("{ viewer { account { id } organization { id } } }", json!({})).await;
    let (me, org) = (&me["viewer"]["account"]["id"], &me["viewer"]["organization"]["id"]);
    let (moved, group_made) = ("groups.move_group", "groups.create_group");
    for (arguments, expected) in [
        (format!("target: {group}"), &[moved, group_made][..]),
        (format!("target: {community}"), &["groups.create_community"]),
        (format!("target: {org}"), &["tenancy.create_organization"]),
        (format!("target: {group}, actor: {me}, verb: \"{moved}\""), &[moved]),
        (format!("since: \"{between}\""), &[moved]),
        (format!("until: \"{between}\", target: {group}"), &[group_made]),
        ("requestId: \"r-7\"".to_owned(), &[moved]),
        ("actor: \"operator\"".to_owned(), &["tenancy.create_organization"]),
        ("capability: PUBLISH_POLICY".to_owned(), &[]),
        ("actor: \"nobody\"".to_owned(), &[]),
        ("actor: \"\\u0000\"".to_owned(), &[]),
        ("verb: \"\\u0000\"".to_owned(), &[]),
        (format!("actor: {group}"), &[]),
    ] {
        let found = verbs(&stage, &arguments).await;
        assert_eq!(found, expected, "{arguments}");
    }
    let query = format!("{{ organization {{ auditLog(target: {group}) {{ nodes {{ verb }} }} }} }}");
    let theirs = stage.answer(Some(&stranger), &query, json!({})).await;
    assert_eq!(theirs["data"]["organization"]["auditLog"]["nodes"], json!([]));
}

#[tokio::test]
async fn an_act_that_was_proposed_names_its_proposal() {
    let stage = Stage::new().await;
    let (group, community) = (stage.group("Garden").await, stage.community("Plants").await);
    let new = NewAccount {
        email: "intern@example.org".to_owned(),
        password: PASSWORD.to_owned(),
        name: "Intern".to_owned(),
        position: Position::ranked(Role::Administrator, Rank::Intern, Scope::Organization),
    };
    let slug = "garden".parse().expect("a slug");
    let garden = operator(&stage.app.db, &slug).await.expect("an answer").expect("garden").1;
    stage.app.access.add_account(&garden, new).await.expect("an account");
    let life = Duration::from_mins(5);
    let token = stage.app.access.token_for("intern@example.org", &slug, life).await.expect("a token");
    let intern = stage.app.access.authenticate(&token.access_token).await.expect("a scope");
    let proposal = move_group(&stage, &intern, &group, &community).await["proposal"]["id"].clone();
    later(&stage);
    let approve =
        "mutation($input: ApproveProposalInput!) { approveProposal(input: $input) { userErrors { code } } }";
    stage.ask(approve, json!({ "input": { "proposal": proposal } })).await;

    let fields = "verb actor actorMember { account { email } } proposal { id proposedBy decidedBy }";
    let found = log(&stage, "first: 1", fields).await.remove(0);
    assert_eq!(found["verb"], "groups.move_group");
    assert_eq!(found["actorMember"]["account"]["email"], "owner@garden.example");
    assert_eq!((&found["proposal"]["id"], &found["proposal"]["decidedBy"]), (&proposal, &found["actor"]));
    let proposed = log(&stage, "verb: \"access.propose\"", "targetNode { id } actorId").await.remove(0);
    assert_eq!(proposed["targetNode"]["id"], proposal);
    assert_eq!(proposed["actorId"], found["proposal"]["proposedBy"]);
}

#[tokio::test]
async fn the_changes_of_a_policy_are_told_by_path() {
    let stage = Stage::new().await;
    let publish =
        "mutation($input: PublishPolicyInput!) { publishPolicy(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "changes": { "tiering": { "newDays": 5 } } } });
    let done = stage.ask(publish, input).await;
    assert_eq!(done["publishPolicy"]["userErrors"], json!([]));
    let found =
        log(&stage, "verb: \"policy.publish\"", "changes { field before after } targetNode { __typename }")
            .await;
    assert_eq!(found[0]["targetNode"]["__typename"], "Organization");
    let change = &found[0]["changes"][0];
    assert_eq!((&change["field"], &change["after"]), (&json!("tiering.newDays"), &json!(5)));
}

#[tokio::test]
async fn a_page_costs_the_same_whatever_its_length() {
    let stage = Stage::new().await;
    let community = stage.community("Plants").await;
    for n in 0..60 {
        let group = stage.group(&format!("Garden {n}")).await;
        move_group(&stage, &stage.owner.clone(), &group, &community).await;
    }
    seal(&stage.app.db, stage.app.clock.now()).await.expect("seals");
    let fields =
        "verb seal { hash } actorMember { account { email } } targetNode { __typename id } changes { field }";
    let mut counts = Vec::new();
    for first in [10, 50, 100] {
        let before = stage.app.db.statements();
        let found = log(&stage, &format!("first: {first}"), fields).await;
        assert_eq!(found.len(), first);
        counts.push(stage.app.db.statements() - before);
    }
    // The organization, the log, members, accounts, groups, communities.
    assert!(counts.iter().all(|count| *count <= 7), "{counts:?}");
}
