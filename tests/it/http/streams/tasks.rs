//! Steps of tasks, told to those whom they concern.

use qun_domain::time::Timestamp;
use serde_json::{Value as Json, json};

use super::client::Socket;
use super::last_event_id;
use crate::harness::{Process, Served, now, served_on_both};

served_on_both!(steps_are_told_to_whom_they_concern);

/// A subscription to tasks, after an event.
fn follow(after: &str, more: &str) -> String {
    format!(
        "subscription {{ taskChanged(after: {after:?}{more}) {{
           step previousAssignee {{ email }} task {{ title state assignee {{ email }} }} }} }}"
    )
}

async fn account(process: &Process, token: &str) -> Json {
    process.data(token, "{ viewer { account { id } } }").await["viewer"]["account"]["id"].clone()
}

/// Gives an account a task; its id.
async fn give(process: &Process, token: &str, title: &str, to: &Json) -> Json {
    let due = now().plus_millis(Timestamp::DAY);
    let create = format!(
        "mutation {{ createTask(input: {{title: {title:?}, assignee: {to}, dueAt: \"{due}\"}}) {{ task {{ id }} userErrors {{ code }} }} }}"
    );
    let data = process.data(token, &create).await;
    assert_eq!(data["createTask"]["userErrors"], json!([]), "{data}");
    data["createTask"]["task"]["id"].clone()
}

async fn told(socket: &mut Socket) -> (String, String) {
    let payload = socket.told("1").await;
    let event = &payload["data"]["taskChanged"];
    let text = |value: &Json| value.as_str().unwrap_or_else(|| panic!("no event: {payload}")).to_owned();
    (text(&event["step"]), text(&event["task"]["title"]))
}

async fn steps_are_told_to_whom_they_concern(served: &mut Served) {
    let owner = served.found("acme").await;
    let stranger = served.found("globex").await;
    let ann = served.join("acme", "ann", "facilitator").await;
    let process = &served.process;
    let (owner_id, ann_id) = (account(process, &owner).await, account(process, &ann).await);
    let mut all = Socket::entered(process, &owner).await;
    let mut own = Socket::entered(process, &ann).await;
    let mut mine = Socket::entered(process, &owner).await;
    let mut theirs = Socket::entered(process, &stranger).await;
    let (start, elsewhere) = (last_event_id(process, &owner).await, last_event_id(process, &stranger).await);
    all.subscribe("1", &follow(&start, "")).await;
    own.subscribe("1", &follow(&start, "")).await;
    mine.subscribe("1", &follow(&start, ", mine: true")).await;
    theirs.subscribe("1", &follow(&elsewhere, "")).await;

    give(process, &owner, "for the owner", &owner_id).await;
    let task = give(process, &owner, "for ann", &ann_id).await;
    let created = |title: &str| ("CREATED".to_owned(), title.to_owned());
    assert_eq!(told(&mut all).await, created("for the owner"));
    assert_eq!(told(&mut all).await, created("for ann"));
    assert_eq!(told(&mut own).await, created("for ann"), "the owner's is none of hers");
    assert_eq!(told(&mut mine).await, created("for the owner"));

    let reassign = format!(
        "mutation {{ reassignTask(input: {{task: {task}, assignee: {owner_id}}}) {{ userErrors {{ code }} }} }}"
    );
    process.data(&owner, &reassign).await;
    for socket in [&mut all, &mut own, &mut mine] {
        let payload = socket.told("1").await;
        assert_eq!(
            payload["data"]["taskChanged"],
            json!({
                "step": "REASSIGNED", "previousAssignee": { "email": "ann@acme.example" },
                "task": { "title": "for ann", "state": "OPEN", "assignee": { "email": "owner@acme.example" } }
            })
        );
    }
    give(process, &stranger, "theirs", &account(process, &stranger).await).await;
    assert_eq!(told(&mut theirs).await, created("theirs"), "what is acme's is none of globex");
}
