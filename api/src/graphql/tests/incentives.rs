//! What GraphQL makes of titles, badges, bonuses and places.

use qun_domain::access::{Position, Rank, Role};
use qun_domain::scope::Scope;
use qun_infra::access::{NewAccount, operator};
use qun_infra::db::OrgScope;
use serde_json::{Value, json};

use super::stage::{PASSWORD, Stage};

const BADGE: &str = "mutation($input: CreateBadgeInput!) { createBadge(input: $input) {
    badge { id name icon archivedAt } userErrors { code field } } }";
const AWARD: &str = "mutation($input: AwardBadgeInput!) { awardBadge(input: $input) {
    award { id reason awardedBy badge { name } member { badges { nodes { reason } } } } userErrors { code field } } }";
const GRANT: &str = "mutation($input: GrantBonusInput!) { grantBonus(input: $input) {
    bonus { id month key money { minorUnits currency } reason state } proposal { id command preview }
    userErrors { code field } } }";
const OFFER: &str = "mutation($input: CreateTrainingOfferInput!) { createTrainingOffer(input: $input) {
    offer { id places taken left closesOn } userErrors { code field } } }";
const PUBLISH: &str =
    "mutation($changes: JSON!) { publishPolicy(input: { changes: $changes }) { userErrors { rule } } }";

async fn account(stage: &Stage, scope: &OrgScope) -> Value {
    let answer = stage.answer(Some(scope), "{ viewer { account { id } } }", json!({})).await;
    answer["data"]["viewer"]["account"]["id"].clone()
}

/// Somebody of the team with a rank.
async fn joined(stage: &Stage, name: &str, position: Position) -> OrgScope {
    let garden = "garden".parse().expect("a slug");
    let (_, by) = operator(&stage.app.db, &garden).await.expect("no fault").expect("garden");
    let email = format!("{name}@example.org");
    let new =
        NewAccount { email: email.clone(), password: PASSWORD.to_owned(), name: name.to_owned(), position };
    stage.app.access.add_account(&by, new).await.expect("an account");
    let life = std::time::Duration::from_mins(5);
    let token = stage.app.access.token_for(&email, &garden, life).await.expect("a token");
    stage.app.access.authenticate(&token.access_token).await.expect("a scope")
}

async fn refusal(stage: &Stage, query: &str, field: &str, input: Value) -> (String, Value) {
    let answer = stage.ask(query, json!({ "input": input })).await;
    let error = &answer[field]["userErrors"][0];
    (error["code"].as_str().unwrap_or_default().to_owned(), error["field"][1].clone())
}

fn with(input: &Value, key: &str, value: Value) -> Value {
    let mut input = input.clone();
    input[key] = value;
    input
}

#[tokio::test]
async fn a_title_follows_the_rank_in_the_language_of_who_asks() {
    let stage = Stage::new().await;
    let query = "{ organization { team { nodes { title assignments { rank title } } } } }";
    let titles = async || {
        let answer = stage.ask(query, json!({})).await;
        answer["organization"]["team"]["nodes"].clone()
    };
    let found = titles().await;
    assert_eq!(found[0]["title"], "Owner");
    let none = json!({ "incentives": { "titles": { "en": { "owner": "" } } } });
    stage.ask(PUBLISH, json!({ "changes": none })).await;
    let found = titles().await;
    assert_eq!((&found[0]["title"], &found[0]["assignments"][0]["title"]), (&json!(null), &json!(null)));
}

#[tokio::test]
async fn badges_are_made_and_awarded() {
    let stage = Stage::new().await;
    let reader = account(&stage, &stage.reader().await).await;
    let badge = json!({ "name": "Star", "description": "For patience", "icon": "star" });
    for (key, bad, code) in [
        ("name", json!(" "), "INVALID_NAME"),
        ("description", json!("a\u{7f}"), "INVALID_TEXT"),
        ("icon", json!("A star"), "INVALID_KEY"),
    ] {
        let found = refusal(&stage, BADGE, "createBadge", with(&badge, key, bad)).await;
        assert_eq!(found, (code.to_owned(), json!(key)));
    }
    let made = stage.ask(BADGE, json!({ "input": badge })).await;
    let id = made["createBadge"]["badge"]["id"].clone();
    let taken = refusal(&stage, BADGE, "createBadge", with(&badge, "icon", json!("sun"))).await;
    assert_eq!(taken, ("NAME_TAKEN".to_owned(), json!("name")));

    let award = json!({ "badge": id, "account": reader, "reason": "July" });
    let own = account(&stage, &stage.owner).await;
    for (key, bad, code) in [
        ("badge", json!("x"), "NOT_FOUND"),
        ("account", json!("x"), "NOT_FOUND"),
        ("account", own, "OWN_CASE"),
        ("reason", json!(""), "INVALID_REASON"),
    ] {
        let found = refusal(&stage, AWARD, "awardBadge", with(&award, key, bad)).await;
        assert_eq!(found, (code.to_owned(), json!(key)));
    }
    let done = stage.ask(AWARD, json!({ "input": award })).await;
    let awarded = &done["awardBadge"]["award"];
    assert_eq!(awarded["member"]["badges"]["nodes"], json!([{ "reason": "July" }]), "{done:#}");
    let revoke = "mutation($input: RevokeBadgeInput!) { revokeBadge(input: $input) {
        award { revokeReason member { badges { nodes { id } } all: badges(withRevoked: true) { nodes { id } } } }
        userErrors { code field } } }";
    let input = json!({ "award": awarded["id"], "reason": "a mistake" });
    let done = stage.ask(revoke, json!({ "input": input })).await;
    let member = &done["revokeBadge"]["award"]["member"];
    assert_eq!((&member["badges"]["nodes"], &member["all"]["nodes"][0]["id"]), (&json!([]), &awarded["id"]));
    let archive = "mutation($input: ArchiveBadgeInput!) { archiveBadge(input: $input) {
        badge { archivedAt } userErrors { code } } }";
    stage.ask(archive, json!({ "input": { "badge": id } })).await;
    let late = refusal(&stage, AWARD, "awardBadge", with(&award, "reason", json!("August"))).await;
    assert_eq!(late, ("BADGE_ARCHIVED".to_owned(), json!("badge")));
    let listed =
        "{ organization { badges { nodes { id } } all: badges(withArchived: true) { nodes { id } } } }";
    let listed = stage.ask(listed, json!({})).await;
    let listed = &listed["organization"];
    assert_eq!((&listed["badges"]["nodes"], &listed["all"]["nodes"][0]["id"]), (&json!([]), &id));
}

fn granted(account: &Value) -> Value {
    json!({ "account": account, "month": "2026-02", "key": "kpi", "minorUnits": 50_000, "currency": "CNY",
            "reason": "because" })
}

#[tokio::test]
async fn a_bonus_is_granted_and_paid() {
    let stage = Stage::new().await;
    let reader = account(&stage, &stage.reader().await).await;
    let bonus = granted(&reader);
    let own = account(&stage, &stage.owner).await;
    for (key, bad, code) in [
        ("account", json!("x"), "NOT_FOUND"),
        ("account", own, "OWN_CASE"),
        ("month", json!("2026-04"), "MONTH_AHEAD"),
        ("key", json!("KPI"), "INVALID_KEY"),
        ("minorUnits", json!(0), "INVALID_AMOUNT"),
        ("minorUnits", json!(1_000_000_001), "INVALID_AMOUNT"),
        ("currency", json!("RMB"), "INVALID_CURRENCY"),
        ("reason", json!(" "), "INVALID_REASON"),
    ] {
        let found = refusal(&stage, GRANT, "grantBonus", with(&bonus, key, bad)).await;
        assert_eq!(found, (code.to_owned(), json!(key)));
    }
    let done = stage.ask(GRANT, json!({ "input": bonus })).await;
    let found = done["grantBonus"]["bonus"].clone();
    assert_eq!(found["money"], json!({ "minorUnits": 50_000, "currency": "CNY" }), "{done:#}");
    let other = refusal(&stage, GRANT, "grantBonus", with(&bonus, "minorUnits", json!(1))).await;
    assert_eq!(other, ("BONUS_GRANTED_OTHERWISE".to_owned(), json!("key")));
    let pay = "mutation($input: RecordBonusPaymentInput!) { recordBonusPayment(input: $input) {
        bonus { state paidOn paymentReference } userErrors { code field } } }";
    let paid = json!({ "bonus": found["id"], "day": "2026-03-02", "reference": "transfer 1" });
    for (key, bad, code) in [
        ("bonus", json!("x"), "NOT_FOUND"),
        ("day", json!("2026-03-03"), "INVALID_PAYMENT_DAY"),
        ("reference", json!(""), "INVALID_TEXT"),
    ] {
        let found = refusal(&stage, pay, "recordBonusPayment", with(&paid, key, bad)).await;
        assert_eq!(found, (code.to_owned(), json!(key)));
    }
    let done = stage.ask(pay, json!({ "input": paid })).await;
    let expected = json!({ "state": "PAID", "paidOn": "2026-03-02", "paymentReference": "transfer 1" });
    assert_eq!(done["recordBonusPayment"]["bonus"], expected, "{done:#}");
    let cancel = "mutation($input: CancelBonusInput!) { cancelBonus(input: $input) {
        bonus { state } userErrors { code field } } }";
    let input = json!({ "bonus": found["id"], "reason": "a mistake" });
    assert_eq!(
        refusal(&stage, cancel, "cancelBonus", input).await,
        ("BONUS_PAID".to_owned(), json!("bonus"))
    );
    let listed = "{ organization { bonuses(month: \"2026-02\", state: PAID) {
        nodes { key } totals { currency minorUnits } } } }";
    let listed = stage.ask(listed, json!({})).await;
    let expected =
        json!({ "nodes": [{ "key": "kpi" }], "totals": [{ "currency": "CNY", "minorUnits": 50_000 }] });
    assert_eq!(listed["organization"]["bonuses"], expected);
}

/// Amounts are for who is given them, and for who manages the team.
#[tokio::test]
async fn amounts_are_seen_by_few() {
    let stage = Stage::new().await;
    let reader = stage.reader().await;
    let senior = Position::ranked(Role::Administrator, Rank::Senior, Scope::Organization);
    let senior = joined(&stage, "senior", senior).await;
    let own = account(&stage, &reader).await;
    stage.ask(GRANT, json!({ "input": with(&granted(&own), "key", json!("other")) })).await;
    let done = stage.answer(Some(&senior), GRANT, json!({ "input": granted(&own) })).await;
    let proposal = &done["data"]["grantBonus"]["proposal"];
    assert_eq!(proposal["command"]["money"]["minorUnits"], 50_000, "{done:#}");

    let listed = "{ organization { proposals { nodes { verb command preview } } } }";
    let shown = async |scope: &OrgScope| {
        let answer = stage.answer(Some(scope), listed, json!({})).await;
        let found = answer["data"]["organization"]["proposals"]["nodes"][0].clone();
        assert_eq!((&found["verb"], &found["command"]["key"]), (&json!("team.grant_bonus"), &json!("kpi")));
        (found["command"]["money"].clone(), found["preview"]["money"].clone())
    };
    let money = json!({ "minorUnits": 50_000, "currency": "CNY" });
    assert_eq!(shown(&stage.owner).await, (money.clone(), money.clone()));
    assert_eq!(shown(&senior).await, (money.clone(), money));
    assert_eq!(shown(&reader).await, (json!(null), json!(null)));

    let of_all = "{ organization { bonuses { totals { minorUnits } } } }";
    let answer = stage.answer(Some(&reader), of_all, json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let team = "{ organization { team { nodes { account { email } bonuses { nodes { key } } } } } }";
    let seen = async |scope: &OrgScope| {
        let answer = stage.answer(Some(scope), team, json!({})).await;
        let code = answer["errors"][0]["extensions"]["code"].clone();
        let nodes = answer["data"]["organization"]["team"]["nodes"].as_array().cloned().unwrap_or_default();
        let found = nodes.into_iter().find(|node| node["account"]["email"] == "reader@example.org");
        (found.map(|node| node["bonuses"]["nodes"].clone()), code)
    };
    let other = Some(json!([{ "key": "other" }]));
    assert_eq!(seen(&stage.owner).await, (other.clone(), json!(null)));
    assert_eq!(seen(&senior).await, (other.clone(), json!(null)), "who may propose");
    let (found, code) = seen(&reader).await;
    assert_eq!((found, code), (other, json!("FORBIDDEN")), "his own, and nobody else's");
}

#[tokio::test]
async fn places_are_offered_and_given() {
    let stage = Stage::new().await;
    let reader = account(&stage, &stage.reader().await).await;
    let own = account(&stage, &stage.owner).await;
    let offer = json!({ "title": "Drawing", "places": 1, "firstDay": "2026-04-01", "lastDay": "2026-04-03" });
    for (key, bad, code) in [
        ("title", json!(" "), "INVALID_TEXT"),
        ("places", json!(0), "INVALID_PLACES"),
        ("places", json!(-1), "INVALID_PLACES"),
        ("lastDay", json!("2026-03-31"), "INVALID_DAYS"),
        ("note", json!(""), "INVALID_TEXT"),
        ("closesOn", json!("2026-04-04"), "INVALID_CLOSING"),
    ] {
        let found = refusal(&stage, OFFER, "createTrainingOffer", with(&offer, key, bad)).await;
        assert_eq!(found, (code.to_owned(), json!(key)));
    }
    let made = stage.ask(OFFER, json!({ "input": offer })).await;
    let made = &made["createTrainingOffer"]["offer"];
    assert_eq!((&made["left"], &made["closesOn"]), (&json!(1), &json!("2026-04-03")));
    let give = "mutation($input: AllocatePlaceInput!) { allocatePlace(input: $input) {
        place { id offer { taken left allocations { nodes { id } } } member { trainingPlaces { nodes { id } } } }
        userErrors { code field } } }";
    let place = json!({ "offer": made["id"], "account": reader });
    for (key, bad, code) in [
        ("offer", json!("x"), "NOT_FOUND"),
        ("account", json!("x"), "NOT_FOUND"),
        ("account", own, "OWN_CASE"),
    ] {
        let found = refusal(&stage, give, "allocatePlace", with(&place, key, bad)).await;
        assert_eq!(found, (code.to_owned(), json!(key)));
    }
    let done = stage.ask(give, json!({ "input": place })).await;
    let given = &done["allocatePlace"]["place"];
    assert_eq!((&given["offer"]["taken"], &given["offer"]["left"]), (&json!(1), &json!(0)), "{done:#}");
    assert_eq!(given["offer"]["allocations"]["nodes"], given["member"]["trainingPlaces"]["nodes"]);
    let clerk =
        joined(&stage, "clerk", Position::ranked(Role::Analyst, Rank::Junior, Scope::Organization)).await;
    let late = with(&place, "account", account(&stage, &clerk).await);
    let full = refusal(&stage, give, "allocatePlace", late.clone()).await;
    assert_eq!(full, ("NO_PLACE_LEFT".to_owned(), json!("offer")));
    let release = "mutation($input: ReleasePlaceInput!) { releasePlace(input: $input) {
        place { releaseReason offer { left } } userErrors { code field } } }";
    let input = json!({ "place": given["id"], "reason": "ill" });
    let done = stage.ask(release, json!({ "input": input })).await;
    let expected = json!({ "releaseReason": "ill", "offer": { "left": 1 } });
    assert_eq!(done["releasePlace"]["place"], expected, "{done:#}");
    let archive = "mutation($input: ArchiveTrainingOfferInput!) { archiveTrainingOffer(input: $input) {
        offer { archivedAt } userErrors { code } } }";
    stage.ask(archive, json!({ "input": { "offer": made["id"] } })).await;
    let closed = refusal(&stage, give, "allocatePlace", late).await;
    assert_eq!(closed, ("OFFER_CLOSED".to_owned(), json!("offer")));
}

#[tokio::test]
async fn who_was_given_nothing_is_told_where_the_policy_says_so() {
    let stage = Stage::new().await;
    let query = "{ organization { incentiveGaps(quarter: \"2026-Q1\") { nodes { missing member { account { email } } } } } }";
    let found = stage.ask(query, json!({})).await;
    assert_eq!(found["organization"]["incentiveGaps"], json!(null));
    let on = json!({ "incentives": { "combined": { "check": "ON", "roles": ["ANALYST"] } } });
    stage.ask(PUBLISH, json!({ "changes": on })).await;
    joined(&stage, "clerk", Position::ranked(Role::Analyst, Rank::Junior, Scope::Organization)).await;
    let found = stage.ask(query, json!({})).await;
    let expected = json!([{ "missing": ["VIRTUAL", "MATERIAL", "GROWTH"],
                            "member": { "account": { "email": "clerk@example.org" } } }]);
    assert_eq!(found["organization"]["incentiveGaps"]["nodes"], expected);
}

#[tokio::test]
async fn a_page_of_members_costs_the_same_whatever_its_length() {
    let stage = Stage::new().await;
    for number in 0..4 {
        let position = Position::ranked(Role::Analyst, Rank::Junior, Scope::Organization);
        joined(&stage, &format!("clerk{number}"), position).await;
    }
    let base = json!({ "incentives": { "bonus": { "base": { "junior": 50_000 } } } });
    stage.ask(PUBLISH, json!({ "changes": base })).await;
    let query = "query($first: Int!) { organization { team(first: $first) { nodes { title assignments { title }
        badges { nodes { badge { name } } } bonuses { nodes { key } } trainingPlaces { nodes { offer { left } } }
        bonusSuggestion(month: \"2026-02\") { money { minorUnits } parts { kind isMet gap } } } } } }";
    let count = async |first: i32| {
        let before = stage.app.db.statements();
        stage.ask(query, json!({ "first": first })).await;
        stage.app.db.statements() - before
    };
    assert_eq!(count(5).await, count(1).await);
}
