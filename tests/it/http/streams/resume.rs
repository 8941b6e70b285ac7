//! Whoever comes again with the last event goes on as if nothing had been.

use super::client::Socket;
use super::{garden, join, joins, last_event_id};
use crate::harness::{Served, served_on_both};

served_on_both!(
    a_reader_that_was_away_misses_nothing_and_hears_nothing_twice,
    a_server_that_was_killed_is_no_end,
    an_evaluation_is_told_with_what_it_came_to,
);

async fn a_reader_that_was_away_misses_nothing_and_hears_nothing_twice(served: &mut Served) {
    let token = served.found("acme").await;
    let mut last = garden(served, &token).await;
    let mut number = 0;
    for (away, there) in [(3, 2), (0, 4), (7, 0), (1, 1)] {
        let name = |number: i32| format!("u{number}");
        for n in 0..away {
            join(&served.process, &token, &name(number + n)).await;
        }
        let mut socket = Socket::entered(&served.process, &token).await;
        socket.subscribe("1", &joins(&last)).await;
        for n in away..away + there {
            join(&served.process, &token, &name(number + n)).await;
        }
        for n in 0..away + there {
            let (id, who) = socket.joined().await;
            assert_eq!(who, name(number + n));
            last = id;
        }
        number += away + there;
    }
    let end = last_event_id(&served.process, &token).await;
    let mut socket = Socket::entered(&served.process, &token).await;
    socket.subscribe("1", &joins(&end)).await;
    join(&served.process, &token, "the last").await;
    assert_eq!(socket.joined().await.1, "the last");
}

async fn a_server_that_was_killed_is_no_end(served: &mut Served) {
    let token = served.found("acme").await;
    let start = garden(served, &token).await;
    let mut socket = Socket::entered(&served.process, &token).await;
    socket.subscribe("1", &joins(&start)).await;
    join(&served.process, &token, "ann").await;
    let (last, _) = socket.joined().await;
    // Killed right after the commit: whether it was told by then or not, it will be once.
    join(&served.process, &token, "bob").await;
    served.process.kill();
    served.restart().await;
    join(&served.process, &token, "cid").await;
    let mut socket = Socket::entered(&served.process, &token).await;
    socket.subscribe("1", &joins(&last)).await;
    assert_eq!((socket.joined().await.1, socket.joined().await.1), ("bob".to_owned(), "cid".to_owned()));
}

async fn an_evaluation_is_told_with_what_it_came_to(served: &mut Served) {
    let token = served.found("acme").await;
    let start = garden(served, &token).await;
    join(&served.process, &token, "ann").await;
    let process = &served.process;
    let say = "mutation { recordInteractions(input: {group: \"garden\", interactions: [
        {id: \"m1\", kind: MESSAGE, user: \"ann\", ts: \"2026-01-06T08:00:00Z\", text: \"good morning to you all\"}]}) { accepted } }";
    process.data(&token, say).await;
    let data = process.data(&token, "{ group(name: \"garden\") { id } }").await;
    let group = data["group"]["id"].as_str().expect("an id");

    let mut socket = Socket::entered(process, &token).await;
    let follow = |scope: &str| {
        format!(
            "subscription {{ tierEvaluationFinished(after: {start:?}{scope}) {{
               evaluation {{ week revision members scope {{ ... on Group {{ name }} }} }} }} }}"
        )
    };
    socket.subscribe("all", &follow("")).await;
    socket.subscribe("one", &follow(&format!(", scope: {group:?}"))).await;
    let evaluate = format!(
        "mutation {{ evaluateTiers(input: {{scope: {group:?}, fromWeek: \"2026-W02\", toWeek: \"2026-W02\"}}) {{
           evaluations {{ week }} userErrors {{ code }} }} }}"
    );
    let data = process.data(&token, &evaluate).await;
    assert_eq!(data["evaluateTiers"]["evaluations"][0]["week"], "2026-W02", "{data}");
    for _ in 0..2 {
        let message = socket.hear().await;
        let told = &message["payload"]["data"]["tierEvaluationFinished"]["evaluation"];
        let expected = serde_json::json!({ "week": "2026-W02", "revision": 1, "members": 1, "scope": { "name": "garden" } });
        assert_eq!(*told, expected, "{message}");
    }
}
