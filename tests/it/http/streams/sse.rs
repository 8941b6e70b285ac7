//! The same streams as server-sent events.

use futures_util::StreamExt;
use reqwest::{Method, Response};

use super::{garden, join, joins};
use crate::harness::{Answer, Backend, PASSWORD, Process, Served, email, served_on_both};

served_on_both!(
    events_are_told_with_their_ids_and_go_on_after_the_last,
    queries_are_answered_as_events_where_nothing_else_is_taken,
    what_is_not_taken_is_refused,
);

/// On one back end: it takes half a minute.
#[tokio::test]
async fn a_log_out_ends_a_stream_in_which_nothing_happens() {
    let Some(served) = Served::new(Backend::Sqlite).await else { return };
    let owner = served.found("acme").await;
    let start = garden(&served, &owner).await;
    let log_in = format!(
        "mutation {{ logIn(input: {{email: {:?}, password: {PASSWORD:?}}}) {{ accessToken }} }}",
        email("acme", "owner")
    );
    let login = Answer::of(served.process.asking(&log_in)).await.json();
    let token = login["data"]["logIn"]["accessToken"].as_str().expect("a token").to_owned();
    let mut events = follow(&served.process, &token, &joins(&start), None).await;
    served.process.data(&token, "mutation { logOut(input: {}) { endedSessions } }").await;
    let last = events.next().await;
    assert!(last[1].contains("UNAUTHENTICATED"), "{last:?}");
    served.close().await;
}

/// An event stream that is read event by event.
struct Events {
    response: futures_util::stream::BoxStream<'static, reqwest::Result<Vec<u8>>>,
    text: String,
}

impl Events {
    fn of(response: Response) -> Self {
        let bytes = response.bytes_stream().map(|piece| piece.map(|bytes| bytes.to_vec()));
        Self { response: bytes.boxed(), text: String::new() }
    }

    /// The lines of the next event, comments left out.
    async fn next(&mut self) -> Vec<String> {
        loop {
            if let Some((event, rest)) = self.text.clone().split_once("\n\n") {
                rest.clone_into(&mut self.text);
                if !event.starts_with(':') {
                    return event.lines().map(str::to_owned).collect();
                }
                continue;
            }
            let piece = self.response.next().await.expect("more of the stream").expect("a piece");
            self.text.push_str(std::str::from_utf8(&piece).expect("UTF-8"));
        }
    }

    /// The id of the next event, and who is in it.
    async fn joined(&mut self) -> (String, String) {
        let lines = self.next().await;
        assert_eq!(lines[0], "event: next", "{lines:?}");
        let id = lines[1].strip_prefix("id: ").expect("an id").to_owned();
        let data = lines[2].strip_prefix("data: ").expect("data");
        let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
        let event = &data["data"]["membershipChanged"];
        assert_eq!(event["eventId"], *id);
        (id, event["changes"][0]["person"]["displayName"].as_str().expect("a name").to_owned())
    }
}

async fn follow(process: &Process, token: &str, query: &str, last: Option<&str>) -> Events {
    let mut request = process.asking(query).bearer_auth(token).header("accept", "text/event-stream");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = request.send().await.expect("a stream");
    assert_eq!(response.status().as_u16(), 200);
    Events::of(response)
}

async fn events_are_told_with_their_ids_and_go_on_after_the_last(served: &mut Served) {
    let token = served.found("acme").await;
    let start = garden(served, &token).await;
    let process = &served.process;
    let mut events = follow(process, &token, &joins(&start), None).await;
    for name in ["ann", "bob", "cid"] {
        join(process, &token, name).await;
    }
    let first = events.joined().await;
    assert_eq!(first.1, "ann");
    assert_eq!((events.joined().await.1, events.joined().await.1), ("bob".to_owned(), "cid".to_owned()));
    drop(events);

    // As a browser comes again: the same address, and the header.
    let path = format!("/graphql?query={}", escaped(&joins(&start)));
    let request =
        process.request(Method::GET, &path).bearer_auth(&token).header("accept", "text/event-stream");
    let response = request.header("last-event-id", &first.0).send().await.expect("a stream");
    let mut again = Events::of(response);
    assert_eq!((again.joined().await.1, again.joined().await.1), ("bob".to_owned(), "cid".to_owned()));
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(escape).collect()
}

async fn queries_are_answered_as_events_where_nothing_else_is_taken(served: &mut Served) {
    let token = served.found("acme").await;
    let ask = async |query: &str, accept: &str| {
        Answer::of(served.process.asking(query).bearer_auth(&token).header("accept", accept)).await
    };
    let answer = ask("{ viewer { assignments { role } } }", "text/event-stream").await;
    assert!(answer.header("content-type").starts_with("text/event-stream"));
    assert!(
        answer.text().starts_with(
            "event: next\ndata: {\"data\":{\"viewer\":{\"assignments\":[{\"role\":\"OWNER\"}]}}"
        ),
        "{}",
        answer.text()
    );
    assert!(answer.text().ends_with("event: complete\ndata:\n\n"), "{}", answer.text());
    // Clients that take both get JSON for a query.
    let answer = ask("{ viewer { assignments { role } } }", "text/event-stream, application/json").await;
    assert!(answer.header("content-type").starts_with("application/json"));
    let answer = ask(
        "subscription { membershipChanged(after: \"x\") { eventId } }",
        "application/json, text/event-stream",
    )
    .await;
    assert!(answer.text().contains("\"code\":\"BAD_USER_INPUT\""), "{}", answer.text());
    assert!(answer.text().ends_with("event: complete\ndata:\n\n"), "{}", answer.text());
}

async fn what_is_not_taken_is_refused(served: &mut Served) {
    let token = served.found("acme").await;
    let process = &served.process;
    let query = "subscription { membershipChanged { eventId } }";
    let answer = Answer::of(process.asking(query).bearer_auth(&token)).await;
    assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{}", answer.text());
    let mutation = "/graphql?query=mutation%7BlogIn%7Ba%7D%7D";
    let request = process.request(Method::GET, mutation).header("accept", "text/event-stream");
    assert_eq!(Answer::of(request).await.status, 405);
    let request = process.asking(query).bearer_auth("nonsense").header("accept", "text/event-stream");
    assert_eq!(Answer::of(request).await.status, 401);
    let answer = Answer::of(process.asking(query).header("accept", "text/event-stream")).await;
    assert!(answer.text().contains("\"code\":\"UNAUTHENTICATED\""), "{}", answer.text());
}
