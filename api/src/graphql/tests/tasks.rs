//! What GraphQL makes of tasks: inputs, codes, lists, figures.

use qun_infra::db::OrgScope;
use serde_json::{Value, json};

use super::stage::Stage;

const CREATE: &str = "mutation($input: CreateTaskInput!) { createTask(input: $input) {
    task { id } userErrors { code field } } }";
const ALL: &str = "id title kind body copyText subject dueAt isOverdue proofAskedFor needsVerification state level
    escalatesAt createdBy createdAt doneAt timesSentBack endedAt place { __typename } assignee { id displayName email }
    firstAssignee { id } backup { id } doneBy { id } proof { kind text }
    steps { nodes { number at actor kind note proof { kind text } assignee { id } dueAt level } }";

struct Garden {
    stage: Stage,
    owner: Value,
    reader: OrgScope,
    readers_id: Value,
}

impl Garden {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let reader = stage.reader().await;
        let owner = account(&stage, &stage.owner).await;
        let readers_id = account(&stage, &reader).await;
        Self { stage, owner, reader, readers_id }
    }

    fn input(&self, more: Value) -> Value {
        let mut input =
            json!({ "title": "Water", "assignee": self.readers_id, "dueAt": "2026-03-03T12:00:00+08:00" });
        if let (Value::Object(input), Value::Object(more)) = (&mut input, more) {
            input.extend(more);
        }
        input
    }

    /// The id of a new task.
    async fn task(&self, more: Value) -> Value {
        let made = self.stage.ask(CREATE, json!({ "input": self.input(more) })).await;
        assert_eq!(made["createTask"]["userErrors"], json!([]), "{made:#}");
        made["createTask"]["task"]["id"].clone()
    }

    /// The payload of a mutation, asked by an account.
    async fn does(&self, scope: &OrgScope, field: &str, input: Value) -> Value {
        let name = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
        let query = format!(
            "mutation($input: {name}Input!) {{ payload: {field}(input: $input) {{ task {{ state }} userErrors {{ code field }} }} }}"
        );
        let mut answer = self.stage.answer(Some(scope), &query, json!({ "input": input })).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"]["payload"].take()
    }

    async fn refused(&self, scope: &OrgScope, field: &str, input: Value, code: &str, at: &str) {
        let payload = self.does(scope, field, input).await;
        let expected = json!({ "task": null, "userErrors": [{ "code": code, "field": ["input", at] }] });
        assert_eq!(payload, expected, "{field}");
    }

    async fn state(&self, scope: &OrgScope, field: &str, input: Value) -> Value {
        let mut payload = self.does(scope, field, input).await;
        assert_eq!(payload["userErrors"], json!([]), "{field}");
        payload["task"]["state"].take()
    }
}

async fn account(stage: &Stage, scope: &OrgScope) -> Value {
    let answer = stage.answer(Some(scope), "{ viewer { account { id } } }", json!({})).await;
    answer["data"]["viewer"]["account"]["id"].clone()
}

#[tokio::test]
async fn a_task_is_told_whole() {
    let garden = Garden::new().await;
    let (stage, owner) = (&garden.stage, &garden.stage.owner);
    let group = stage.group("Garden").await;
    let task = garden
        .task(json!({
            "place": group, "kind": "PROMOTION", "body": "How\nto", "copyText": "Hello", "subject": "note:1",
            "backup": garden.owner, "proof": "TEXT", "needsVerification": true,
        }))
        .await;
    assert_eq!(
        garden.state(&garden.reader, "submitTask", json!({ "task": task, "text": "half" })).await,
        "DONE"
    );
    let input = json!({ "task": task, "reason": "the rest" });
    assert_eq!(garden.state(owner, "sendBackTask", input).await, "OPEN");
    assert_eq!(
        garden.state(&garden.reader, "submitTask", json!({ "task": task, "text": "all" })).await,
        "DONE"
    );
    assert_eq!(garden.state(owner, "verifyTask", json!({ "task": task, "note": " " })).await, "VERIFIED");

    let found = stage
        .ask(
            &format!("query($id: ID!) {{ node(id: $id) {{ ... on Task {{ {ALL} }} }} }}"),
            json!({ "id": task }),
        )
        .await;
    let found = &found["node"];
    let now = "2026-03-02T04:00:00.000Z";
    for (field, expected) in [
        ("title", json!("Water")),
        ("kind", json!("PROMOTION")),
        ("body", json!("How\nto")),
        ("copyText", json!("Hello")),
        ("subject", json!("note:1")),
        ("dueAt", json!("2026-03-03T04:00:00.000Z")),
        ("isOverdue", json!(false)),
        ("proofAskedFor", json!("TEXT")),
        ("state", json!("VERIFIED")),
        ("level", json!(0)),
        ("escalatesAt", Value::Null),
        ("doneAt", json!(now)),
        ("endedAt", json!(now)),
        ("timesSentBack", json!(1)),
        ("place", json!({ "__typename": "Group" })),
        (
            "assignee",
            json!({ "id": garden.readers_id, "displayName": "Reader", "email": "reader@example.org" }),
        ),
        ("doneBy", json!({ "id": garden.readers_id })),
        ("firstAssignee", json!({ "id": garden.readers_id })),
        ("backup", json!({ "id": garden.owner })),
        ("proof", json!({ "kind": "TEXT", "text": "all" })),
    ] {
        assert_eq!(found[field], expected, "{field}");
    }
    let steps = found["steps"]["nodes"].as_array().expect("steps");
    let kinds: Vec<_> = steps.iter().map(|step| step["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["CREATED", "SUBMITTED", "SENT_BACK", "SUBMITTED", "VERIFIED"]);
    assert_eq!((&steps[1]["proof"]["text"], &steps[2]["note"]), (&json!("half"), &json!("the rest")));
}

#[tokio::test]
async fn an_input_that_cannot_be_is_refused_at_its_field() {
    let garden = Garden::new().await;
    let owner = &garden.stage.owner;
    garden.task(json!({ "subject": "note:1" })).await;
    let long = "x".repeat(10_001);
    for (more, code, at) in [
        (json!({ "title": " " }), "INVALID_NAME", "title"),
        (json!({ "body": long }), "INVALID_TEXT", "body"),
        (json!({ "copyText": "\u{0}" }), "INVALID_TEXT", "copyText"),
        (json!({ "subject": "nothing" }), "INVALID_SUBJECT", "subject"),
        (json!({ "assignee": "x" }), "NOT_FOUND", "assignee"),
        (json!({ "backup": "x" }), "NOT_FOUND", "backup"),
        (json!({ "place": garden.owner }), "NOT_FOUND", "place"),
        (json!({ "backup": garden.readers_id }), "BACKUP_IS_ASSIGNEE", "backup"),
        (json!({ "dueAt": "2026-03-02T12:00:00+08:00" }), "DUE_OUT_OF_RANGE", "dueAt"),
        (json!({ "subject": "note:1" }), "TASK_ALREADY_OPEN", "subject"),
    ] {
        garden.refused(owner, "createTask", garden.input(more), code, at).await;
    }
    let task = garden.task(json!({ "proof": "SCREENSHOT", "needsVerification": true })).await;
    let (hash, reader) = ("0".repeat(64), &garden.reader);
    for field in ["verifyTask", "handOverTask"] {
        garden.refused(owner, field, json!({ "task": "x" }), "NOT_FOUND", "task").await;
        let note = json!({ "task": task, "note": "x".repeat(501) });
        garden.refused(owner, field, note, "INVALID_TEXT", "note").await;
    }
    for field in ["sendBackTask", "cancelTask"] {
        garden.refused(owner, field, json!({ "task": "x", "reason": "so" }), "NOT_FOUND", "task").await;
        garden
            .refused(owner, field, json!({ "task": task, "reason": " " }), "INVALID_REASON", "reason")
            .await;
    }
    let to = |assignee: Value| json!({ "task": task, "assignee": assignee });
    garden.refused(owner, "reassignTask", to(json!("x")), "NOT_FOUND", "assignee").await;
    garden.refused(reader, "submitTask", json!({ "task": "x" }), "NOT_FOUND", "task").await;
    garden.refused(reader, "submitTask", json!({ "task": task }), "WRONG_PROOF", "task").await;
    garden.refused(reader, "submitTask", json!({ "task": task, "text": "so" }), "WRONG_PROOF", "text").await;
    let bad = json!({ "task": task, "screenshotSha256": "so" });
    garden.refused(reader, "submitTask", bad, "INVALID_PROOF", "screenshotSha256").await;
    let both = json!({ "task": task, "text": "so", "screenshotSha256": hash });
    garden.refused(reader, "submitTask", both, "INVALID_PROOF", "screenshotSha256").await;
    garden
        .refused(owner, "confirmTask", json!({ "task": task, "reference": "" }), "INVALID_PROOF", "reference")
        .await;
    garden
        .refused(owner, "confirmTask", json!({ "task": task, "reference": "1" }), "NOT_A_MACHINE", "task")
        .await;
    let good = json!({ "task": task, "screenshotSha256": hash });
    garden.refused(owner, "submitTask", good.clone(), "TASK_NOT_YOURS", "task").await;
    garden.refused(reader, "handOverTask", json!({ "task": task }), "NO_BACKUP", "task").await;
    garden.refused(owner, "verifyTask", json!({ "task": task }), "NOTHING_TO_VERIFY", "task").await;
    assert_eq!(garden.state(reader, "submitTask", good).await, "DONE");
    garden.refused(owner, "reassignTask", to(garden.owner.clone()), "TASK_NOT_OPEN", "task").await;
    assert_eq!(garden.state(owner, "verifyTask", json!({ "task": task })).await, "VERIFIED");
    let late = json!({ "task": task, "reason": "so" });
    garden.refused(owner, "cancelTask", late.clone(), "TASK_OVER", "task").await;
    garden.refused(owner, "sendBackTask", late, "NOTHING_TO_VERIFY", "task").await;
}

#[tokio::test]
async fn nobody_verifies_what_he_did() {
    let garden = Garden::new().await;
    let owner = &garden.stage.owner;
    let task = garden.task(json!({ "assignee": garden.owner, "needsVerification": true })).await;
    assert_eq!(garden.state(owner, "submitTask", json!({ "task": task })).await, "DONE");
    garden.refused(owner, "verifyTask", json!({ "task": task }), "OWN_WORK", "task").await;
}

#[tokio::test]
async fn lists_are_pages_of_what_is_open() {
    let garden = Garden::new().await;
    let (stage, reader) = (&garden.stage, &garden.reader);
    let group = stage.group("Garden").await;
    for day in 3..=7 {
        garden.task(json!({ "title": format!("day {day}"), "place": group, "dueAt": format!("2026-03-0{day}T12:00:00Z") })).await;
    }
    let other = garden.task(json!({ "title": "mine", "assignee": garden.owner, "kind": "TRAINING" })).await;
    garden.state(&stage.owner, "submitTask", json!({ "task": other })).await;

    let query = "query($after: String) { viewer { tasks(first: 2, after: $after) { nodes { title } pageInfo { endCursor hasNextPage } } } }";
    let (mut after, mut seen) = (Value::Null, Vec::new());
    loop {
        let answer = stage.answer(Some(reader), query, json!({ "after": after })).await;
        let page = &answer["data"]["viewer"]["tasks"];
        seen.extend(page["nodes"].as_array().expect("tasks").iter().map(|task| task["title"].clone()));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(json!(seen), json!(["day 3", "day 4", "day 5", "day 6", "day 7"]));

    let titles = async |arguments: &str| {
        let data = stage
            .ask(&format!("{{ organization {{ tasks{arguments} {{ nodes {{ title }} }} }} }}"), json!({}))
            .await;
        let nodes = data["organization"]["tasks"]["nodes"].as_array().expect("tasks").clone();
        nodes.into_iter().map(|task| task["title"].as_str().expect("a title").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles("").await.len(), 5);
    assert_eq!(titles("(states: [DONE])").await, ["mine"]);
    assert_eq!(titles("(kind: TRAINING, states: [OPEN, DONE, VERIFIED, CANCELLED])").await, ["mine"]);
    assert_eq!(titles("(overdue: true)").await, [""; 0]);
    assert_eq!(titles("(overdue: false)").await.len(), 5);
    assert_eq!(titles(&format!("(assignee: {})", garden.owner)).await, [""; 0]);
    assert_eq!(titles("(assignee: \"x\")").await, [""; 0]);
    assert_eq!(titles(&format!("(assignee: {}, states: [DONE, DONE])", garden.owner)).await, ["mine"]);
    let data =
        stage.ask("{ group(name: \"Garden\") { tasks(first: 1) { nodes { title } } } }", json!({})).await;
    assert_eq!(data["group"]["tasks"]["nodes"], json!([{ "title": "day 3" }]));
}

const FIGURES: &str = "query($since: DateTime!, $until: DateTime!) { organization { taskFigures(since: $since, until: $until) {
    total { created cancelled done overdueNow doneShare { percent of reason } onTimeShare { percent of reason }
      verifiedShare { percent of reason } sentBackShare { percent of reason } medianTimeToDone { hours of reason } }
    byAssignee { nodes { assignee { displayName } figures { created } } pageInfo { hasNextPage } }
    byGroup { nodes { group { name } figures { created done } } } } } }";

#[tokio::test]
async fn figures_are_unknown_with_a_reason_where_there_are_none() {
    let garden = Garden::new().await;
    let stage = &garden.stage;
    let time = json!({ "since": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z" });
    let none = |reason: &str| json!({ "percent": null, "of": 0, "reason": reason });
    let data = stage.ask(FIGURES, time.clone()).await;
    let total = &data["organization"]["taskFigures"]["total"];
    assert_eq!((&total["created"], &total["done"]), (&json!(0), &json!(0)));
    assert_eq!(total["doneShare"], none("NO_TASKS"));
    assert_eq!(total["onTimeShare"], none("NONE_DONE"));
    assert_eq!(total["verifiedShare"], none("NONE_TO_VERIFY"));
    assert_eq!(total["sentBackShare"], none("NONE_SUBMITTED"));
    assert_eq!(total["medianTimeToDone"], json!({ "hours": null, "of": 0, "reason": "NONE_DONE" }));

    let group = stage.group("Garden").await;
    for _ in 0..3 {
        garden.task(json!({ "place": group })).await;
    }
    let done = garden.task(json!({})).await;
    stage.app.clock.set(stage.app.clock.now().plus_millis(90 * 60_000));
    garden.state(&garden.reader, "submitTask", json!({ "task": done })).await;
    let data = stage.ask(FIGURES, time).await;
    let told = &data["organization"]["taskFigures"];
    assert_eq!(told["total"]["doneShare"], json!({ "percent": 25.0, "of": 4, "reason": null }));
    assert_eq!(told["total"]["medianTimeToDone"], json!({ "hours": 1.5, "of": 1, "reason": null }));
    assert_eq!(
        told["byAssignee"]["nodes"],
        json!([{ "assignee": { "displayName": "Reader" }, "figures": { "created": 4 } }])
    );
    assert_eq!(
        told["byGroup"]["nodes"],
        json!([{ "group": { "name": "Garden" }, "figures": { "created": 3, "done": 0 } }])
    );
    for (since, until) in
        [("2026-03-01", "2026-03-01"), ("2026-03-02", "2026-03-01"), ("2026-01-01", "2027-03-01")]
    {
        let time = json!({ "since": format!("{since}T00:00:00Z"), "until": format!("{until}T00:00:00Z") });
        let answer = stage.answer(Some(&stage.owner), FIGURES, time).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{since} {until}");
    }
}

#[tokio::test]
async fn a_page_of_tasks_costs_the_same_whatever_its_length() {
    let garden = Garden::new().await;
    let stage = &garden.stage;
    let community = stage.community("Plants").await;
    let group = stage.group("Garden").await;
    for number in 0..110 {
        let place = [&Value::Null, &group, &community][number % 3];
        let assignee = [&garden.owner, &garden.readers_id][number % 2];
        garden.task(json!({ "place": place, "assignee": assignee })).await;
    }
    let all = ALL.replace("steps {", "steps(first: 2) {");
    let query =
        format!("query($first: Int!) {{ organization {{ tasks(first: $first) {{ nodes {{ {all} }} }} }} }}");
    let mut counts = Vec::new();
    for first in [1, 50, 100] {
        let before = stage.app.db.statements();
        let data = stage.ask(&query, json!({ "first": first })).await;
        let nodes = data["organization"]["tasks"]["nodes"].as_array().expect("tasks");
        assert_eq!(nodes.len(), first);
        counts.push(stage.app.db.statements() - before);
    }
    // Which loads of different fields meet in one statement is a matter of time. A single
    // statement a task would be a hundred.
    assert!(counts.iter().all(|count| count.abs_diff(counts[1]) < 12), "{counts:?}");
}
