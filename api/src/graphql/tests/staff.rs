//! What GraphQL makes of facts about staff, figures and training.

use qun_domain::access::{Position, Rank, Role};
use qun_domain::scope::Scope;
use qun_infra::access::{NewAccount, operator};
use qun_infra::db::OrgScope;
use serde_json::{Value, json};

use super::stage::{PASSWORD, Stage};

const RECORD: &str = "mutation($input: RecordStaffFactsInput!) { recordStaffFacts(input: $input) {
    recorded corrected unchanged errors { index code key message } userErrors { code field } } }";
const PUBLISH: &str = "mutation($input: PublishCourseVersionInput!) { publishCourseVersion(input: $input) {
    course { version versions { nodes { number material link publishedBy } } } userErrors { code field } } }";
const COMPLETE: &str = "mutation($input: RecordCompletionInput!) { recordCompletion(input: $input) {
    completion { version kind score examinedBy { email } }
    member { training { status counts completion { score } } } userErrors { code field } } }";
const PAGE: &str = "query($first: Int!) { organization { team(first: $first) { nodes { account { email }
    kpis(month: \"2026-02\") { month until workingDays casesPerDay { value gap interval { low } n target isMet }
        satisfaction { value gap n isMet } contributionsPerWeek { value gap n } }
    training { course { id title } status since dueAt counts completion { version kind examinedBy { email } } } } } } }";

/// The global id of the account of who asks.
async fn account(stage: &Stage, scope: &OrgScope) -> Value {
    let answer = stage.answer(Some(scope), "{ viewer { account { id } } }", json!({})).await;
    answer["data"]["viewer"]["account"]["id"].clone()
}

fn case(member: &Value, key: &str) -> Value {
    json!({ "kind": "CASE_HANDLED", "source": "desk", "key": key, "member": member,
            "openedAt": "2026-02-10T08:00:00+08:00", "at": "2026-02-10T09:00:00+08:00" })
}

/// A course with a version, as the owner makes it; its id.
async fn course(stage: &Stage, withholds: Value) -> Value {
    let create = "mutation($input: CreateCourseInput!) { createCourse(input: $input) {
        course { id kind roles ranks withholds version archivedAt } userErrors { code field } } }";
    let input = json!({ "title": "First aid", "kind": "TOOL", "withholds": withholds });
    let made = stage.ask(create, json!({ "input": input })).await;
    let course = &made["createCourse"]["course"];
    assert_eq!((&course["version"], &course["archivedAt"]), (&json!(0), &json!(null)), "{made:#}");
    let input = json!({ "course": course["id"], "after": 0, "material": "Read this." });
    stage.ask(PUBLISH, json!({ "input": input })).await;
    course["id"].clone()
}

#[tokio::test]
async fn facts_come_back_with_their_place_and_code() {
    let stage = Stage::new().await;
    let reader = account(&stage, &stage.reader().await).await;
    let with = |more: Value| {
        let mut fact = case(&reader, "2");
        if let (Value::Object(fact), Value::Object(more)) = (&mut fact, more) {
            fact.extend(more);
        }
        fact
    };
    let facts = json!([
        case(&reader, "1"),
        with(json!({ "member": "x" })),
        with(json!({ "scope": "x" })),
        with(json!({ "stars": 5 })),
        with(json!({ "key": "" })),
        with(json!({ "reopenedAt": "2026-02-10T08:30:00+08:00" })),
        with(json!({ "at": "2026-03-02T12:05:00.001+08:00" })),
    ]);
    let done = stage.ask(RECORD, json!({ "input": { "facts": facts } })).await;
    let done = &done["recordStaffFacts"];
    let found: Vec<_> = done["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| {
            (
                error["index"].as_u64().expect("a place"),
                error["code"].as_str().expect("a code"),
                error["key"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (1, "UNKNOWN_MEMBER", Some("member")),
            (2, "UNKNOWN_SCOPE", Some("scope")),
            (3, "NOT_OF_KIND", Some("stars")),
            (4, "INVALID_TEXT", Some("key")),
            (5, "WRONG_ORDER", Some("reopenedAt")),
            (6, "IN_THE_FUTURE", Some("at")),
        ]
    );
    assert_eq!((&done["recorded"], &done["userErrors"]), (&json!(1), &json!([])));
    let many = vec![case(&reader, "1"); 501];
    let done = stage.ask(RECORD, json!({ "input": { "facts": many } })).await;
    let expected = json!([{ "code": "TOO_MANY_FACTS", "field": ["input", "facts"] }]);
    assert_eq!(done["recordStaffFacts"]["userErrors"], expected);
}

#[tokio::test]
async fn figures_are_ones_own_or_for_who_manages_the_team() {
    let stage = Stage::new().await;
    let reader = stage.reader().await;
    let (own, owner) = (account(&stage, &reader).await, account(&stage, &stage.owner).await);
    stage.ask(RECORD, json!({ "input": { "facts": [case(&own, "1")] } })).await;
    let ask = async |scope: &OrgScope, email: &str| {
        let query = "{ organization { team { nodes { account { email id } kpis(month: \"2026-02\") {
            workingDays casesPerDay { value n isMet } } } } } }";
        let answer = stage.answer(Some(scope), query, json!({})).await;
        let nodes = answer["data"]["organization"]["team"]["nodes"].as_array().cloned().unwrap_or_default();
        let found = nodes.into_iter().find(|node| node["account"]["email"] == email);
        (found.map(|node| node["kpis"].clone()), answer["errors"][0]["extensions"]["code"].clone())
    };
    let expected = json!({ "workingDays": 20, "casesPerDay": { "value": 0.05, "n": 1, "isMet": false } });
    assert_eq!(ask(&stage.owner, "reader@example.org").await, (Some(expected.clone()), json!(null)));
    let (found, code) = ask(&reader, "reader@example.org").await;
    assert_eq!((found, code), (Some(expected), json!("FORBIDDEN")), "that of the owner is not for him");
    assert_ne!(own, owner);
}

#[tokio::test]
async fn a_refusal_names_the_course() {
    let stage = Stage::new().await;
    let id = course(&stage, json!(["RECORD_ACTIVITY"])).await;
    let (garden, life) = ("garden".parse().expect("a slug"), std::time::Duration::from_mins(5));
    let token = stage.app.access.token_for("owner@garden.example", &garden, life).await.expect("a token");
    let owner = stage.app.access.authenticate(&token.access_token).await.expect("a scope");
    let record = "mutation { recordInteractions(input: { interactions: [] }) { accepted } }";
    let answer = stage.answer(Some(&owner), record, json!({})).await;
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!((&extensions["code"], &extensions["course"]), (&json!("FORBIDDEN"), &id), "{answer:#}");
    let held = stage.answer(Some(&owner), "{ viewer { capabilities } }", json!({})).await;
    let held = held["data"]["viewer"]["capabilities"].as_array().cloned().unwrap_or_default();
    assert!(
        held.contains(&json!("MANAGE_TRAINING")) && !held.contains(&json!("RECORD_ACTIVITY")),
        "{held:?}"
    );
}

#[tokio::test]
async fn courses_have_versions_and_completions() {
    let stage = Stage::new().await;
    let reader = stage.reader().await;
    let account = account(&stage, &reader).await;
    let id = course(&stage, json!([])).await;
    let refused = async |query: &str, field: &str, input: Value| {
        let answer = stage.ask(query, json!({ "input": input })).await;
        let error = &answer[field]["userErrors"][0];
        (error["code"].as_str().unwrap_or_default().to_owned(), error["field"][1].clone())
    };
    for (more, code, at) in [
        (json!({ "after": 0, "material": "x" }), "COURSE_OUTDATED", "after"),
        (json!({ "after": 1 }), "INVALID_MATERIAL", "material"),
        (json!({ "after": 1, "material": " " }), "INVALID_MATERIAL", "material"),
        (json!({ "after": 1, "link": "ftp://x" }), "INVALID_LINK", "link"),
    ] {
        let mut input = json!({ "course": id });
        if let (Value::Object(input), Value::Object(more)) = (&mut input, more) {
            input.extend(more);
        }
        assert_eq!(refused(PUBLISH, "publishCourseVersion", input).await, (code.to_owned(), json!(at)));
    }
    let link = json!({ "course": id, "after": 1, "link": "https://learn.example/2" });
    let made = stage.ask(PUBLISH, json!({ "input": link })).await;
    let versions = &made["publishCourseVersion"]["course"]["versions"]["nodes"];
    assert_eq!((&versions[0]["number"], &versions[1]["material"]), (&json!(2), &json!("Read this.")));

    let input = json!({ "account": account, "course": id, "kind": "EXAMINED", "score": 101 });
    assert_eq!(
        refused(COMPLETE, "recordCompletion", input).await,
        ("INVALID_SCORE".to_owned(), json!("score"))
    );
    let input = json!({ "account": account, "course": id, "kind": "DRILL", "score": 90 });
    let done = stage.ask(COMPLETE, json!({ "input": input })).await;
    let done = &done["recordCompletion"];
    assert_eq!((&done["completion"]["version"], &done["completion"]["score"]), (&json!(2), &json!(90)));
    let training = &done["member"]["training"][0];
    assert_eq!((&training["status"], &training["completion"]["score"]), (&json!("DONE"), &json!(90)));
    let confirm = "mutation($input: ConfirmTrainingInput!) { confirmTraining(input: $input) {
        completion { kind } userErrors { code field } } }";
    let input = json!({ "input": { "course": id, "version": 1 } });
    let answer = stage.answer(Some(&reader), confirm, input).await;
    assert_eq!(answer["data"]["confirmTraining"]["userErrors"][0]["code"], "COURSE_OUTDATED");
    let archive = "mutation($id: ID!) { archiveCourse(input: { course: $id }) { course { archivedAt } } }";
    stage.ask(archive, json!({ "id": id })).await;
    let listed =
        "{ organization { courses { nodes { id } } all: courses(withArchived: true) { nodes { id } } } }";
    let listed = stage.ask(listed, json!({})).await;
    let listed = &listed["organization"];
    assert_eq!((&listed["courses"]["nodes"], &listed["all"]["nodes"][0]["id"]), (&json!([]), &id));
}

#[tokio::test]
async fn a_page_of_members_costs_the_same_whatever_its_length() {
    let stage = Stage::new().await;
    let garden = operator(&stage.app.db, &"garden".parse().expect("a slug")).await;
    let (_, garden) = garden.expect("no fault").expect("garden");
    for number in 0..5 {
        let new = NewAccount {
            email: format!("clerk{number}@example.org"),
            password: PASSWORD.to_owned(),
            name: "Clerk".to_owned(),
            position: Position::ranked(Role::CustomerService, Rank::Junior, Scope::Organization),
        };
        stage.app.access.add_account(&garden, new).await.expect("an account");
    }
    let id = course(&stage, json!([])).await;
    course(&stage, json!([])).await;
    let team = stage.ask("{ organization { team { nodes { account { id email } } } } }", json!({})).await;
    for node in team["organization"]["team"]["nodes"].as_array().expect("a team") {
        if node["account"]["email"].as_str().is_some_and(|email| email.starts_with("clerk")) {
            let member = &node["account"]["id"];
            let key = member.as_str().expect("an id");
            stage.ask(RECORD, json!({ "input": { "facts": [case(member, key)] } })).await;
            let input = json!({ "account": member, "course": id, "kind": "EXAMINED" });
            stage.ask(COMPLETE, json!({ "input": input })).await;
        }
    }
    let mut counts = Vec::new();
    for first in [2, 6] {
        let before = stage.app.db.statements();
        let page = stage.ask(PAGE, json!({ "first": first })).await;
        counts.push(stage.app.db.statements() - before);
        assert_eq!(page["organization"]["team"]["nodes"].as_array().map(Vec::len), Some(first));
    }
    assert_eq!(counts[0], counts[1]);
    let late = "query($first: Int!) { organization { trainingOverdue(first: $first) { nodes {
        member { account { email } } training { course { title } status } } } } }";
    stage.app.clock.set(stage.app.clock.now().plus_millis(31 * qun_domain::time::Timestamp::DAY));
    let mut counts = Vec::new();
    for first in [1, 6] {
        let before = stage.app.db.statements();
        let page = stage.ask(late, json!({ "first": first })).await;
        counts.push(stage.app.db.statements() - before);
        let nodes = &page["organization"]["trainingOverdue"]["nodes"];
        assert_eq!(nodes.as_array().map(Vec::len), Some(first), "{nodes:#}");
    }
    assert_eq!(counts[0], counts[1]);
}
