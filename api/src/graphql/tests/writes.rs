use serde_json::{Value, json};

use super::stage::{Stage, message, row};

#[tokio::test]
async fn bad_rows_never_stop_good_ones() {
    let stage = Stage::new().await;
    stage.group("Garden").await;
    let rows = [
        message("ann", -1_000),
        message("ann", -1_000),
        row("REACTION", "bob", -900, json!({})),
        row("MESSAGE", "bob", 600_000, json!({})),
        row("MESSAGE", "ann", -1_000, json!({ "id": "MESSAGE-ann--1000", "text": "other" })),
        row("MESSAGE_DELETED", "ann", -1, json!({ "target": "x", "by": "nobody" })),
        row("CONTRIBUTION_ACCEPTED", "ann", -1, json!({ "item": "i", "points": 60 })),
        row(
            "EVENT",
            "x",
            -1,
            json!({ "startsAt": "2026-03-03T00:00:00Z", "endsAt": "2026-03-02T00:00:00Z" }),
        ),
    ];
    let told = stage.record("Garden", &rows).await;
    assert_eq!(
        (&told["accepted"], &told["duplicates"], &told["rejected"]),
        (&json!(1), &json!(1), &json!(6)),
        "{told:#}"
    );
    let errors: Vec<Value> = told["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| json!([error["index"], error["code"], error["key"]]))
        .collect();
    assert_eq!(
        json!(errors),
        json!([
            [2, "MISSING", "target"],
            [3, "IN_THE_FUTURE", "ts"],
            [4, "CONFLICT", null],
            [5, "UNKNOWN_VALUE", "by"],
            [6, "OUT_OF_RANGE", "points"],
            [7, "ENDS_BEFORE_STARTS", "endsAt"],
        ])
    );
    let unknown = stage.record("Nowhere", &rows[..1]).await;
    assert_eq!(unknown["userErrors"], json!([{ "code": "NOT_FOUND", "field": ["input", "group"] }]));
    let query = "mutation($rows: [InteractionInput!]!) { recordInteractions(input: {interactions: $rows}) { errors { code } userErrors { code } } }";
    let none = stage.ask(query, json!({ "rows": rows[..1] })).await;
    assert_eq!(none["recordInteractions"]["errors"][0]["code"], "NO_GROUP");
    let many: Vec<Value> = (0..1_001).map(|n| message("ann", -n)).collect();
    let many = stage.ask(query, json!({ "rows": many })).await;
    assert_eq!(many["recordInteractions"]["userErrors"][0]["code"], "TOO_MANY_ROWS");
}

#[tokio::test]
async fn a_policy_is_published_and_compared() {
    let stage = Stage::new().await;
    let group = stage.garden(0).await;
    let publish = "mutation($input: PublishPolicyInput!) { publishPolicy(input: $input) {
        version { version note document scope { __typename } publishedBy } policy { versions { origin version }
        values { path value origin } } userErrors { code field rule message } } }";
    let input = json!({ "scope": group, "changes": { "tiering": { "hysteresis": 4 } }, "note": "calmer" });
    let made = stage.ask(publish, json!({ "input": input })).await;
    let payload = &made["publishPolicy"];
    assert_eq!(payload["version"]["scope"]["__typename"], "Group", "{payload:#}");
    assert_eq!(payload["policy"]["versions"], json!([{ "origin": "GROUP", "version": 1 }]));
    let values = payload["policy"]["values"].as_array().expect("values");
    assert!(
        values.contains(&json!({ "path": "tiering.hysteresis", "value": 4, "origin": "GROUP" })),
        "{values:#?}"
    );
    assert!(values.iter().all(|value| !value["value"].is_null()));

    let again = stage.ask(publish, json!({ "input": input })).await;
    assert_eq!(again["publishPolicy"]["userErrors"][0]["code"], "NOTHING_CHANGES");
    let bad = json!({ "changes": { "tiering": { "weights": { "events": 99 }, "colour": 1 } } });
    let bad = stage.ask(publish, json!({ "input": bad })).await;
    assert_eq!(bad["publishPolicy"]["userErrors"][0]["rule"], "UNKNOWN_KEY");
    assert_eq!(
        bad["publishPolicy"]["userErrors"][0]["field"],
        json!(["input", "changes", "tiering", "colour"])
    );

    let second = json!({ "scope": group, "changes": { "tiering": { "hysteresis": 5, "demoteAfter": 3 } } });
    stage.ask(publish, json!({ "input": second })).await;
    let query = "query($scope: ID!, $from: Int!) { policyDiff(scope: $scope, from: $from, to: 2) { changes { path from to } }
        group(id: $scope) { policyVersions(first: 1) { nodes { version } pageInfo { hasNextPage } } } }";
    let data = stage.ask(query, json!({ "scope": group, "from": 1 })).await;
    assert_eq!(
        data["policyDiff"]["changes"],
        json!([{ "path": "tiering.demoteAfter", "from": null, "to": 3 }, { "path": "tiering.hysteresis", "from": 4, "to": 5 }])
    );
    assert_eq!(
        data["group"]["policyVersions"],
        json!({ "nodes": [{ "version": 2 }], "pageInfo": { "hasNextPage": true } })
    );
    assert_eq!(stage.ask(query, json!({ "scope": group, "from": 9 })).await["policyDiff"], Value::Null);
}

#[tokio::test]
async fn a_policy_is_tried_and_nothing_is_kept() {
    let stage = Stage::new().await;
    let group = stage.garden(0).await;
    let what_if = "query($input: WhatIfInput!) { whatIf(input: $input) { weeks { week distribution { members tiers { tier count } }
        movements { up down } } userErrors { code rule } } }";
    let core = async |changes: Value| {
        let input = json!({ "scope": group, "changes": changes, "weeks": 2 });
        let data = stage.ask(what_if, json!({ "input": input })).await;
        let weeks = data["whatIf"]["weeks"].as_array().expect("weeks").clone();
        assert_eq!(weeks.len(), 2, "{data:#}");
        weeks[1]["distribution"]["tiers"][0]["count"].clone()
    };
    assert_eq!(core(json!({})).await, 1);
    assert_eq!(
        core(json!({ "tiering": { "newDays": 1, "cutoffs": { "core": 99.9 } } })).await,
        1,
        "ann has all of 100"
    );
    for (changes, code) in [
        (json!({ "tiering": { "weights": { "events": 99 } } }), "INVALID_POLICY"),
        (json!(3), "INVALID_POLICY"),
    ] {
        let data = stage.ask(what_if, json!({ "input": { "scope": group, "changes": changes } })).await;
        assert_eq!(data["whatIf"]["userErrors"][0]["code"], code);
    }
    let data = stage.ask(what_if, json!({ "input": { "scope": group, "changes": {}, "weeks": 27 } })).await;
    assert_eq!(data["whatIf"]["userErrors"][0]["code"], "WEEKS_OUT_OF_RANGE");
}

#[tokio::test]
async fn a_pin_holds_until_it_is_lifted() {
    let stage = Stage::new().await;
    let group = stage.garden(0).await;
    let data = stage
        .ask(
            "{ group(name: \"Garden\") { members(order: SCORE) { nodes { person { id displayName } } } } }",
            json!({}),
        )
        .await;
    let bob = &data["group"]["members"]["nodes"][1]["person"]["id"];
    let pin = "mutation($input: PinTierInput!) { pinTier(input: $input) { pin { id tier reason expiresAt liftedAt pinnedBy }
        member { pin { id } person { displayName } } userErrors { code field } } }";
    let input = json!({ "scope": group, "person": bob, "tier": "CORE", "reason": " moderator " });
    let made = stage.ask(pin, json!({ "input": input })).await["pinTier"].take();
    assert_eq!(
        (&made["pin"]["reason"], &made["member"]["person"]["displayName"]),
        (&json!("moderator"), &json!("BOB")),
        "{made:#}"
    );
    assert_eq!(made["member"]["pin"]["id"], made["pin"]["id"]);
    for (change, code) in [
        (json!({ "tier": "NEW" }), "TIER_CANNOT_BE_PINNED"),
        (json!({ "reason": " " }), "INVALID_REASON"),
        (json!({ "expiresAt": "2026-01-01T00:00:00Z" }), "ALREADY_EXPIRED"),
        (json!({ "person": "x" }), "NOT_FOUND"),
    ] {
        let mut input = input.clone();
        input.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        let refused = stage.ask(pin, json!({ "input": input })).await;
        assert_eq!(refused["pinTier"]["userErrors"][0]["code"], code);
    }
    let unpin = "mutation($pin: ID!) { unpinTier(input: {pin: $pin}) { pin { liftedAt } member { pin { id } } userErrors { code } } }";
    let lifted = stage.ask(unpin, json!({ "pin": made["pin"]["id"] })).await["unpinTier"].take();
    assert!(lifted["pin"]["liftedAt"].is_string() && lifted["member"]["pin"].is_null(), "{lifted:#}");
    let again = stage.ask(unpin, json!({ "pin": made["pin"]["id"] })).await;
    assert_eq!(again["unpinTier"]["userErrors"][0]["code"], "NOT_FOUND");
}

#[tokio::test]
async fn weeks_are_evaluated_again_as_further_revisions() {
    let stage = Stage::new().await;
    let group = stage.garden(0).await;
    let query = "mutation($input: EvaluateTiersInput!) { evaluateTiers(input: $input) {
        evaluations { week revision isLatestRevision } weeksWithoutData userErrors { code field } } }";
    let evaluate = async |from: Value, to: Value| {
        let input = json!({ "scope": group, "fromWeek": from, "toWeek": to });
        stage.ask(query, json!({ "input": input })).await["evaluateTiers"].take()
    };
    let latest =
        "query($group: String!) { group(name: $group) { latestEvaluation { id isLatestRevision } } }";
    let before = stage.ask(latest, json!({ "group": "Garden" })).await["group"]["latestEvaluation"].take();
    assert_eq!(before["isLatestRevision"], true);
    let again = evaluate(json!("2026-W08"), json!("2026-W08")).await;
    let made: Vec<Value> = again["evaluations"].as_array().expect("evaluations").clone();
    assert_eq!(
        json!(made),
        json!([
            { "week": "2026-W08", "revision": 2, "isLatestRevision": true },
            { "week": "2026-W09", "revision": 2, "isLatestRevision": true },
        ])
    );
    // What is remembered of an evaluation goes on holding, but for this.
    let node = "query($id: ID!) { node(id: $id) { ... on TierEvaluation { revision isLatestRevision } } }";
    let replaced = stage.ask(node, json!({ "id": before["id"] })).await;
    assert_eq!(replaced["node"], json!({ "revision": 1, "isLatestRevision": false }));
    assert_eq!(
        evaluate(json!("2026-W10"), Value::Null).await["userErrors"],
        json!([{ "code": "WEEK_NOT_ENDED", "field": ["input", "fromWeek"] }])
    );
    assert_eq!(
        evaluate(json!("2026-W09"), json!("2026-W08")).await["userErrors"][0]["code"],
        "WEEKS_REVERSED"
    );
}

#[tokio::test]
async fn names_are_checked_and_taken_once() {
    let stage = Stage::new().await;
    stage.group("Garden").await;
    let create = "mutation($input: CreateGroupInput!) { createGroup(input: $input) { group { name } userErrors { code field message } } }";
    for (name, community, expected) in [
        (
            "Garden",
            Value::Null,
            json!({ "code": "NAME_TAKEN", "field": ["input", "name"], "message": "This name is taken." }),
        ),
        (
            " ",
            Value::Null,
            json!({ "code": "INVALID_NAME", "field": ["input", "name"], "message": "A name has 1 to 200 characters and no control characters." }),
        ),
        (
            "New",
            json!("x"),
            json!({ "code": "NOT_FOUND", "field": ["input", "community"], "message": "There is no such thing in your organization." }),
        ),
    ] {
        let input = json!({ "name": name, "platform": "WECOM", "timeZone": "UTC", "community": community });
        let refused = stage.ask(create, json!({ "input": input })).await;
        assert_eq!(refused["createGroup"]["userErrors"], json!([expected]));
    }
}

#[tokio::test]
async fn a_community_is_renamed() {
    let stage = Stage::new().await;
    let city = stage.community("City").await;
    stage.community("Coast").await;
    let rename = "mutation($input: RenameCommunityInput!) { renameCommunity(input: $input) { community { id name } userErrors { code field } } }";
    let done = json!({ "community": { "id": city, "name": "Town" }, "userErrors": [] });
    for _ in 0..2 {
        let input = json!({ "community": city, "name": " Town " });
        assert_eq!(stage.ask(rename, json!({ "input": input })).await["renameCommunity"], done);
    }
    let group = stage.group("Garden").await;
    for (community, name, code, field) in [
        (&city, "Coast", "NAME_TAKEN", "name"),
        (&city, " ", "INVALID_NAME", "name"),
        (&group, "Village", "NOT_FOUND", "community"),
        (&json!("x"), "Village", "NOT_FOUND", "community"),
    ] {
        let input = json!({ "community": community, "name": name });
        let refused = stage.ask(rename, json!({ "input": input })).await;
        assert_eq!(
            refused["renameCommunity"],
            json!({ "community": null, "userErrors": [{ "code": code, "field": ["input", field] }] })
        );
    }
}
