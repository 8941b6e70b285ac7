//! The number of SQL statements does not depend on the number of rows.

use serde_json::{Value, json};

use super::stage::{Stage, message};

async fn statements(stage: &Stage, query: &str, variables: Value) -> (u64, Value) {
    let before = stage.app.db.statements();
    let data = stage.ask(query, variables).await;
    (stage.app.db.statements() - before, data)
}

const MEMBERS: &str = "query($first: Int!, $order: MemberOrder!) { group(name: \"Garden\") {
    members(first: $first, order: $order) { nodes {
        person { id displayName } group { id name } score { tier scoreShown explanation }
        tierHistory(last: 8) { week tier scoreShown } } } } }";

const EVERYTHING: &str = "query($first: Int!, $order: MemberOrder!) { group(name: \"Garden\") {
    members(first: $first, order: $order) { totalCount nodes {
        id role joinedAt beganAt joinObserved endedAt endedBy invitedBy { displayName } pin { id } noScoreReason
        person { displayName identities { externalId } groups { name } memberships { id } }
        group { name createdAt community { name } policy { versions { version } } latestEvaluation { watchCount } }
        memberships { group { name } joinedAt invitedBy { displayName } }
        score { tier evaluation { id scope { __typename } } member { id } person { id } }
        tierHistory { week } } } } }";

#[tokio::test]
async fn a_page_of_members_costs_the_same_whatever_its_length() {
    let stage = Stage::new().await;
    stage.garden(110).await;
    // The evaluation is read once, and for nobody again.
    stage.ask(MEMBERS, json!({ "first": 1, "order": "SCORE" })).await;
    for (order, expected) in [("SCORE", 6), ("MEMBER", 6)] {
        for first in [1, 50, 100] {
            let (count, data) = statements(&stage, MEMBERS, json!({ "first": first, "order": order })).await;
            let nodes = data["group"]["members"]["nodes"].as_array().expect("members");
            assert_eq!((nodes.len(), count), (first, expected), "{order}");
        }
    }
}

const PLACES: &str = "query($after: String) { group(name: \"Garden\") {
    members(first: 50, after: $after, order: SCORE) {
        nodes { person { id displayName } score { tier score weekTier band flags { watch new } strikes } }
        pageInfo { endCursor } } } }";

/// The group and the page; before the first, which evaluation is the latest.
#[tokio::test]
async fn a_further_page_of_places_costs_two_statements() {
    let stage = Stage::new().await;
    stage.garden(110).await;
    stage.ask(PLACES, json!({})).await;
    let (first, data) = statements(&stage, PLACES, json!({})).await;
    let after = &data["group"]["members"]["pageInfo"]["endCursor"];
    let (further, data) = statements(&stage, PLACES, json!({ "after": after })).await;
    assert_eq!(data["group"]["members"]["nodes"].as_array().map(Vec::len), Some(50));
    assert_eq!((first, further), (3, 2));
}

/// Which loads of different fields meet in one statement is a matter of time; that those of
/// one field do is not. A single statement a member would be a hundred.
#[tokio::test]
async fn all_that_can_be_asked_of_members_is_read_together() {
    let stage = Stage::new().await;
    stage.garden(110).await;
    for order in ["SCORE", "MEMBER"] {
        for first in [1, 50, 100] {
            let (count, _) = statements(&stage, EVERYTHING, json!({ "first": first, "order": order })).await;
            assert!((15..=35).contains(&count), "{order} {first}: {count}");
        }
    }
}

#[tokio::test]
async fn lists_in_lists_cost_the_same_whatever_their_length() {
    let stage = Stage::new().await;
    let query = "query($first: Int!) { groups(first: $first) { nodes { name createdAt
        members(first: 2) { totalCount nodes { person { displayName } score { tier } tierHistory { week } } }
        scored: members(first: 2, order: SCORE) { nodes { person { displayName } } }
        activity(from: \"2026-01-01\", to: \"2026-03-01\") { day messages }
        evaluations(first: 2) { nodes { week scores(first: 2) { nodes { tier person { id } } } calibrationNotices { tier } } }
        latestEvaluation { week watchCount reviewQueue(first: 1) { nodes { tier } } }
        policy { document } } } }";
    for name in 'A'..='P' {
        let name = name.to_string();
        let group = stage.group(&name).await;
        let rows: Vec<Value> =
            ["ann", "bob"].iter().map(|user| message(&format!("{user}{name}"), -20 * 86_400_000)).collect();
        stage.record(&name, &rows).await;
        stage.evaluate(&group).await;
    }
    let (one, _) = statements(&stage, query, json!({ "first": 1 })).await;
    let (many, data) = statements(&stage, query, json!({ "first": 16 })).await;
    assert_eq!(data["groups"]["nodes"][15]["scored"]["nodes"].as_array().map(Vec::len), Some(2), "{data:#}");
    // A single statement a group would be fifteen more.
    assert!(one.abs_diff(many) < 8, "{one} {many}");
}
