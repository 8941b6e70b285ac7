//! What GraphQL tells of staffing, of how work is divided, and of the bench.

use qun_domain::access::{Position, Rank, Role};
use qun_domain::scope::Scope;
use qun_infra::access::{NewAccount, operator};
use serde_json::{Value, json};

use super::stage::{PASSWORD, Stage, message};

const SET: &str = "mutation($input: SetDivisionModeInput!) { setDivisionMode(input: $input) {
    group { divisionMode } userErrors { code field } } }";
const BENCH: &str = "query($first: Int, $atRisk: Boolean, $community: ID, $after: String) { organization {
    bench(first: $first, atRisk: $atRisk, community: $community, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { group { name } state minSuccessors successorCount
            owners { member { account { email } } assignment { role } }
            successors { member { account { email } } assignment { rank scope { __typename } } }
            nextInLine { member { account { email } } assignment { promotion { isReady } } } } } } }";
const STAFFING: &str =
    "uniqueMembers unrecordedGroups neededFte presentFte awayFte communityFte organizationFte
    ratio gap overcommittedMembers warnings";

/// A further member of the team of `garden`.
async fn joined(stage: &Stage, name: &str, rank: Rank) {
    let garden = operator(&stage.app.db, &"garden".parse().expect("a slug")).await;
    let new = NewAccount {
        email: format!("{name}@example.org"),
        password: PASSWORD.to_owned(),
        name: name.to_owned(),
        position: Position::ranked(Role::Administrator, rank, Scope::Organization),
    };
    let garden = garden.expect("no fault").expect("garden").1;
    stage.app.access.add_account(&garden, new).await.expect("an account");
}

#[tokio::test]
async fn staffing_is_told_where_it_is() {
    let stage = Stage::new().await;
    let query = format!(
        "{{ organization {{ staffing {{ {STAFFING} }} communities {{ nodes {{ staffing {{ gap }} }} }} }}
           group(name: \"Roses\") {{ staffing {{ {STAFFING} }} }} viewer {{ account {{ id }} }} }}"
    );
    stage.community("Plants").await;
    stage.group("Roses").await;
    let before = stage.ask(&query, json!({})).await;
    let nothing = json!({
        "uniqueMembers": null, "unrecordedGroups": 1, "neededFte": null, "presentFte": 0.0, "awayFte": 0.0,
        "communityFte": null, "organizationFte": 1.0, "ratio": null, "gap": "NOT_RECORDED",
        "overcommittedMembers": 0, "warnings": [],
    });
    assert_eq!(before["group"]["staffing"], nothing);
    assert_eq!(before["organization"]["communities"]["nodes"][0]["staffing"]["gap"], "NOT_RECORDED");
    let rows: Vec<Value> = (0..101).map(|user| message(&format!("u{user}"), -86_400_000)).collect();
    stage.record("Roses", &rows).await;
    let after = stage.ask(&query, json!({})).await;
    let short = json!({
        "uniqueMembers": 101, "unrecordedGroups": 0, "neededFte": 2, "presentFte": 0.0, "awayFte": 0.0,
        "communityFte": null, "organizationFte": 1.0, "ratio": 0.0, "gap": null,
        "overcommittedMembers": 0, "warnings": ["UNDERSTAFFED"],
    });
    assert_eq!(after["group"]["staffing"], short);
    assert_eq!(after["organization"]["staffing"]["ratio"], 0.5);
    let reader = stage.reader().await;
    for query in [
        "{ organization { staffing { gap } } }",
        "{ organization { bench { totalCount } } }",
        "{ organization { divisionModes(month: \"2026-02\") { groups } } }",
        "{ group(name: \"Roses\") { staffing { gap } } }",
        "{ group(name: \"Roses\") { bench { state } } }",
    ] {
        let answer = stage.answer(Some(&reader), query, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{query}");
    }
}

#[tokio::test]
async fn a_mode_is_set_and_compared() {
    let stage = Stage::new().await;
    let group = stage.group("Roses").await;
    let set = async |group: &Value, mode: Value| {
        stage.ask(SET, json!({ "input": { "group": group, "mode": mode } })).await["setDivisionMode"].take()
    };
    assert_eq!(set(&group, json!("ROTATION")).await["group"]["divisionMode"], "ROTATION");
    assert_eq!(set(&group, json!(null)).await["group"]["divisionMode"], json!(null));
    let community = stage.community("Plants").await;
    for bad in [json!("x"), community] {
        let error = set(&bad, json!("MIXED")).await["userErrors"].take();
        assert_eq!(error, json!([{ "code": "NOT_FOUND", "field": ["input", "group"] }]));
    }
    set(&group, json!("DEDICATED")).await;
    let query = "{ organization { divisionModes(month: \"2026-03\") { mode groups
        claim { response professionalism costControl } ftePer100Members { value gap n }
        satisfaction { value gap n interval { low } } casesPerDayPerFte { gap } responseMinutes { value gap } } } }";
    let found = stage.ask(query, json!({})).await;
    let modes = &found["organization"]["divisionModes"];
    assert_eq!((&modes[0]["mode"], &modes[0]["groups"]), (&json!("ROTATION"), &json!(0)));
    assert_eq!(
        modes[1],
        json!({
            "mode": "DEDICATED", "groups": 1,
            "claim": { "response": "FAST", "professionalism": "HIGH", "costControl": "POOR" },
            "ftePer100Members": { "value": null, "gap": "NOT_RECORDED", "n": 0 },
            "satisfaction": { "value": null, "gap": "INSUFFICIENT", "n": 0, "interval": null },
            "casesPerDayPerFte": { "gap": "NO_DAYS" },
            "responseMinutes": { "value": null, "gap": "NOT_MEASURED" },
        })
    );
    assert_eq!(modes[2]["ftePer100Members"]["gap"], "NO_GROUPS");
}

#[tokio::test]
async fn a_page_of_the_bench_costs_the_same_whatever_its_length() {
    let stage = Stage::new().await;
    for name in 'A'..='L' {
        stage.group(&name.to_string()).await;
    }
    let at_risk =
        stage.ask(BENCH, json!({ "atRisk": true, "first": 2 })).await["organization"]["bench"].take();
    assert_eq!((&at_risk["totalCount"], &at_risk["nodes"][0]["state"]), (&json!(12), &json!("AT_RISK")));
    assert_eq!(at_risk["nodes"][0]["owners"][0]["assignment"]["role"], "OWNER");
    let after = json!({ "atRisk": true, "first": 2, "after": at_risk["pageInfo"]["endCursor"] });
    let next = stage.ask(BENCH, after).await;
    assert_eq!(next["organization"]["bench"]["nodes"][0]["group"]["name"], "C");
    joined(&stage, "candy", Rank::OwnerCandidate).await;
    joined(&stage, "sen", Rank::Senior).await;
    let mut counts = Vec::new();
    for first in [1, 12] {
        let before = stage.app.db.statements();
        let page = stage.ask(BENCH, json!({ "first": first })).await;
        counts.push(stage.app.db.statements() - before);
        let nodes = page["organization"]["bench"]["nodes"].as_array().cloned().expect("nodes");
        assert_eq!((nodes.len(), &nodes[0]["state"]), (first, &json!("COVERED")));
        assert_eq!(nodes[0]["successors"][0]["member"]["account"]["email"], "candy@example.org");
        assert_eq!(nodes[0]["nextInLine"][0]["assignment"]["promotion"], json!({ "isReady": false }));
    }
    // Which loads of different fields meet is a matter of time; one a group would be eleven more.
    assert!(counts[0].abs_diff(counts[1]) < 4, "{counts:?}");
    let empty = stage.ask(BENCH, json!({ "atRisk": true })).await;
    assert_eq!(empty["organization"]["bench"]["totalCount"], 0);
    let count = async |query: &str| {
        let before = stage.app.db.statements();
        stage.ask(query, json!({})).await;
        stage.app.db.statements() - before
    };
    let without = count("{ organization { bench { nodes { state } } } }").await;
    let with = count("{ organization { bench { totalCount nodes { state } } } }").await;
    assert_eq!(with, without + 1, "counted only when asked for");
    let lists = "nodes { staffing { ratio } bench { state successorCount } divisionMode }";
    let one = count(&format!("{{ groups(first: 1) {{ {lists} }} }}")).await;
    let many = count(&format!("{{ groups(first: 12) {{ {lists} }} }}")).await;
    assert!(one.abs_diff(many) < 4, "{one} {many}");
}
