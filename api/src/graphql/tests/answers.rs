use qun_domain::locale::Locale;
use serde_json::{Value, json};

use super::stage::{Stage, message, row};

fn texts<'a>(list: &'a Value, pointer: &str) -> Vec<&'a str> {
    let items = list.as_array().into_iter().flatten();
    items.map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or("null")).collect()
}

#[tokio::test]
async fn who_is_core_and_why() {
    let stage = Stage::new().await;
    let group = stage.garden(0).await;
    let query = "query($id: ID!) { group(id: $id) { name latestEvaluation { week members distribution { tiers {
          tier count shareOfEligible shareOfAlive band { low high } verdict } } movements { up held } dimensions {
          dimension applies whyNot } calibrationNotices { tier } }
        members(order: SCORE) { totalCount nodes { person { displayName identities { platform externalId } }
          role joinObserved invitedBy { displayName } noScoreReason
          score { tier weekTier score scoreShown band flags { new watch } ageDays countedInWeek
            dimensions { dimension raw normalized weight applies whyNot } reasons { code dimension sentence }
            explanation policyVersions { version } }
          tierHistory(last: 2) { week tier } } } } }";
    let data = stage.ask(query, json!({ "id": group })).await;
    let group = &data["group"];
    let members = &group["members"]["nodes"];
    assert_eq!(texts(members, "/person/displayName"), ["ANN", "BOB", "CID", "EVE"], "{members:#}");
    assert_eq!(group["members"]["totalCount"], 4, "staff and former members are not evaluated");
    assert_eq!(
        (&group["latestEvaluation"]["week"], &group["latestEvaluation"]["members"]),
        (&json!("2026-W09"), &json!(4))
    );

    let ann = &members[0];
    assert_eq!(ann["score"]["tier"], "CORE", "{ann:#}");
    assert_eq!(ann["score"]["dimensions"][0]["dimension"], "FREQUENCY");
    assert!(ann["score"]["dimensions"][0]["raw"].as_f64().is_some_and(|raw| raw > 42.0), "{ann:#}");
    assert_eq!(ann["score"]["dimensions"][1]["whyNot"], "TOO_FEW_VALUES");
    assert!(texts(&ann["score"]["reasons"], "/code").contains(&"BAND_CORE"), "{ann:#}");
    assert!(
        ann["score"]["explanation"][0].as_str().is_some_and(|text| text.starts_with("You wrote ")),
        "{ann:#}"
    );
    assert_eq!(texts(&ann["tierHistory"], "/week"), ["2026-W08", "2026-W09"]);
    assert_eq!(ann["person"]["identities"], json!([{ "platform": "TELEGRAM", "externalId": "ann" }]));

    let eve = &members[3];
    assert_eq!(
        (&eve["score"]["tier"], &eve["score"]["score"], &eve["score"]["flags"]["new"]),
        (&json!("NEW"), &Value::Null, &json!(true))
    );
    assert_eq!(eve["score"]["dimensions"][0]["whyNot"], "NEW");
    assert_eq!((&eve["invitedBy"]["displayName"], &eve["joinObserved"]), (&json!("ANN"), &json!(true)));

    let tiers = &group["latestEvaluation"]["distribution"]["tiers"];
    assert_eq!(texts(tiers, "/tier"), ["CORE", "ACTIVE", "ORDINARY", "NEW", "SILENT"]);
    assert_eq!((&tiers[0]["count"], &tiers[0]["band"]), (&json!(1), &json!({ "low": 5.0, "high": 8.0 })));
    assert_eq!((&tiers[3]["shareOfEligible"], &tiers[3]["verdict"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn sentences_are_in_the_language_of_the_request() {
    let stage = Stage::new().await;
    stage.garden(0).await;
    let query =
        "{ group(name: \"Garden\") { members(order: SCORE, first: 1) { nodes { score { explanation } } } } }";
    let answer = stage.answer_in(Locale::ZhCn, Some(&stage.owner), query, json!({})).await;
    let first = &answer["data"]["group"]["members"]["nodes"][0]["score"]["explanation"][0];
    assert!(first.as_str().is_some_and(|text| text.contains('您') || text.contains('你')), "{answer:#}");
}

#[tokio::test]
async fn who_has_no_score_hears_why() {
    let stage = Stage::new().await;
    let group = stage.garden(0).await;
    stage.record("Garden", &[message("ned", -1_000)]).await;
    let data = stage
        .ask(
            "{ group(name: \"Garden\") { members { totalCount nodes { id person { id displayName } } } } }",
            json!({}),
        )
        .await;
    let members = &data["group"]["members"];
    assert_eq!(members["totalCount"], 6, "everybody who is in now: {members:#}");
    let query = "query($group: ID!, $person: ID!) { group(id: $group) { member(person: $person) {
        role endedBy score { tier } noScoreReason } } }";
    let zoe = stage.ask("{ group(name: \"Garden\") { member(person: \"nobody\") { id } } }", json!({})).await;
    assert_eq!(zoe["group"]["member"], Value::Null);
    let mut reasons = std::collections::BTreeMap::new();
    for node in members["nodes"].as_array().expect("members") {
        let found = stage.ask(query, json!({ "group": group, "person": node["person"]["id"] })).await;
        let name = node["person"]["displayName"].as_str().unwrap_or_default().to_owned();
        reasons.insert(name, found["group"]["member"]["noScoreReason"].clone());
    }
    assert_eq!(
        json!(reasons),
        json!({ "ANN": null, "BOB": null, "CID": null, "EVE": null, "NED": "NOT_EVALUATED_YET", "SAM": "STAFF" })
    );
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap() {
    let stage = Stage::new().await;
    stage.garden(9).await;
    let query = "query($after: String, $order: MemberOrder!, $tier: Tier) { group(name: \"Garden\") {
        members(first: 3, after: $after, order: $order, tier: $tier) { totalCount
          pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { person { displayName } } } } } }";
    for (order, tier, total) in [
        ("SCORE", None, 13),
        ("MEMBER", None, 14),
        ("SCORE", Some("ORDINARY"), 11),
        ("MEMBER", Some("ORDINARY"), 11),
    ] {
        let (mut after, mut names) = (Value::Null, Vec::new());
        loop {
            let data = stage.ask(query, json!({ "after": after, "order": order, "tier": tier })).await;
            let page = &data["group"]["members"];
            assert_eq!(page["pageInfo"]["hasPreviousPage"], json!(!after.is_null()));
            names.extend(texts(&page["edges"], "/node/person/displayName").into_iter().map(str::to_owned));
            if page["pageInfo"]["hasNextPage"] == false {
                assert_eq!(page["totalCount"], names.len(), "{order} {tier:?}");
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!((names.len(), distinct.len()), (total, total), "{order} {tier:?}: {names:?}");
    }
    let scored = stage.ask(query, json!({ "order": "SCORE" })).await;
    let cursor = &scored["group"]["members"]["pageInfo"]["endCursor"];
    for bad in [json!({ "after": cursor, "order": "MEMBER" }), json!({ "after": "bad", "order": "SCORE" })] {
        let answer = stage.answer(Some(&stage.owner), query, bad).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer:#}");
    }
}

#[tokio::test]
async fn every_object_is_found_again_by_its_id_and_by_nobody_else() {
    let stage = Stage::new().await;
    let group = stage.garden(0).await;
    let data = stage
        .ask(
            "query($id: ID!) { organization { id } group(id: $id) { id latestEvaluation { id } members(order: SCORE, first: 1) {
                nodes { id person { id } score { id } } } } }",
            json!({ "id": group }),
        )
        .await;
    let member = &data["group"]["members"]["nodes"][0];
    let ids = json!([
        data["organization"]["id"],
        data["group"]["id"],
        member["person"]["id"],
        member["id"],
        data["group"]["latestEvaluation"]["id"],
        member["score"]["id"],
        "no id",
    ]);
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let found = stage.ask(query, json!({ "ids": ids })).await["nodes"].take();
    assert_eq!(
        texts(&found, "/__typename"),
        ["Organization", "Group", "Person", "Member", "TierEvaluation", "TierScore", "null"]
    );
    for (id, node) in ids.as_array().into_iter().flatten().zip(found.as_array().into_iter().flatten()).take(6)
    {
        assert_eq!(id, &node["id"]);
    }
    let stranger = stage.stranger().await;
    let answer = stage.answer(Some(&stranger), query, json!({ "ids": ids })).await;
    assert_eq!(answer["data"]["nodes"], json!([null, null, null, null, null, null, null]), "{answer:#}");
}

#[tokio::test]
async fn a_community_joins_its_groups() {
    let stage = Stage::new().await;
    let made = stage
        .ask(
            "mutation { createCommunity(input: {name: \"City\", timeZone: \"Asia/Shanghai\"}) { community { id createdAt } userErrors { code } } }",
            json!({}),
        )
        .await;
    let community = &made["createCommunity"]["community"]["id"];
    for name in ["North", "South"] {
        let group = stage.group(name).await;
        let moved = stage
            .ask(
                "mutation($group: ID!, $community: ID!) { moveGroup(input: {group: $group, community: $community}) {
                    group { community { name } } userErrors { code } } }",
                json!({ "group": group, "community": community }),
            )
            .await;
        assert_eq!(moved["moveGroup"]["group"]["community"]["name"], "City");
    }
    let day = 86_400_000;
    stage.record("North", &[row("JOIN", "ann", -50 * day, json!({})), message("ann", -49 * day)]).await;
    let south = [("s1", -20), ("s2", -10)]
        .map(|(id, days)| row("MESSAGE", "ann", days * day, json!({ "id": id, "text": "hi" })));
    stage.record("South", &south).await;
    stage
        .record(
            "South",
            &[
                row("ROLE", "bot", -5 * day, json!({ "role": "BOT" })),
                row("JOIN", "bot", -5 * day, json!({ "id": "j" })),
            ],
        )
        .await;
    stage.evaluate(community).await;
    let data = stage
        .ask(
            "{ community(name: \"City\") { groups { nodes { name } } evaluations { nodes { week scope { __typename } } }
               members { totalCount nodes { role joinedAt beganAt noScoreReason score { tier } community { name } group { name }
               memberships { group { name } } person { displayName groups { name } memberships { scope { ... on Group { name } } } } } } } }",
            json!({}),
        )
        .await;
    let members = &data["community"]["members"];
    assert_eq!(members["totalCount"], 2, "{members:#}");
    let nodes = members["nodes"].as_array().expect("members");
    let ann = nodes.iter().find(|node| node["person"]["displayName"] == "ANN").expect("Ann");
    assert_eq!(texts(&ann["memberships"], "/group/name"), ["North", "South"]);
    assert_eq!(texts(&ann["person"]["groups"], "/name"), ["North", "South"]);
    assert_eq!(ann["score"]["tier"], "ORDINARY", "{ann:#}");
    let bot = nodes.iter().find(|node| node["role"] == "BOT").expect("the bot");
    assert_eq!((&bot["score"], &bot["noScoreReason"]), (&Value::Null, &json!("BOT")));
    assert_eq!(data["community"]["evaluations"]["nodes"][0]["scope"]["__typename"], "Community");
}

/// One is read from the database, the other known at once: the answer does not show it.
#[tokio::test]
async fn fields_stand_in_the_order_of_the_document() {
    let stage = Stage::new().await;
    let group = stage.group("Garden").await;
    for query in [
        "query($id: ID!) { group(id: $id) { name } viewer { capabilities } organization { slug } }",
        "query($id: ID!) { viewer { capabilities } organization { slug } group(id: $id) { name } }",
    ] {
        let request = async_graphql::Request::new(query)
            .variables(async_graphql::Variables::from_json(json!({ "id": group })))
            .data(stage.owner.clone());
        let text = serde_json::to_string(&stage.executor.execute(request).await).expect("JSON");
        let places = ["group", "viewer", "organization"].map(|field| (query.find(field), text.find(field)));
        let mut by_query = places;
        by_query.sort_unstable();
        let mut by_text = places;
        by_text.sort_unstable_by_key(|(_, place)| *place);
        assert_eq!(by_query, by_text, "{text}");
    }
}
