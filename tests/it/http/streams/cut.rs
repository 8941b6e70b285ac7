//! A reader that is too slow is cut off with a code, and goes on from where it was.

use tokio_tungstenite::tungstenite::Message;

use super::client::Socket;
use super::{garden, join};
use crate::harness::{Served, served_on_both};

served_on_both!(a_slow_reader_is_cut_off_and_goes_on, an_ending_server_says_so);

/// The same member many times over: an event of some eight kilobytes.
fn much(after: &str) -> String {
    let member =
        |n: usize| format!("m{n}: member {{ person {{ id displayName }} group {{ id name }} role }}");
    let members: Vec<String> = (0..22).map(member).collect();
    format!(
        "subscription {{ membershipChanged(after: {after:?}) {{
           eventId changes {{ person {{ displayName }} {} }} }} }}",
        members.join(" ")
    )
}

async fn a_slow_reader_is_cut_off_and_goes_on(served: &mut Served) {
    served.restart_with(&["--query-points", "0"]).await;
    let token = served.found("acme").await;
    let start = garden(served, &token).await;
    let mut slow = Socket::entered(&served.process, &token).await;
    slow.subscribe("1", &much(&start)).await;
    // Once it was told something it reads what happens as it happens; then it stands still.
    join(&served.process, &token, "u0").await;
    let mut last = slow.joined().await;
    let names: Vec<String> = (1..=700).map(|number| format!("u{number}{}", "-".repeat(150))).collect();
    for name in &names {
        join(&served.process, &token, name).await;
    }
    let mut heard = Vec::new();
    let code = loop {
        match slow.frame_or_reset().await {
            // The close frame is lost with what lay unread before it, if the server closes first.
            None => break "a reset".to_owned(),
            Some(Message::Close(Some(frame))) => break u16::from(frame.code).to_string(),
            Some(Message::Text(text)) => {
                let message: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                if message["type"] == "error" {
                    break message["payload"][0]["extensions"]["code"].as_str().expect("a code").to_owned();
                }
                let event = &message["payload"]["data"]["membershipChanged"];
                let name = event["changes"][0]["person"]["displayName"].as_str().expect("a name").to_owned();
                last = (event["eventId"].as_str().expect("an id").to_owned(), name.clone());
                heard.push(name);
            }
            Some(other) => panic!("not a message: {other:?}"),
        }
    };
    assert!(["SLOW_READER", "4490", "a reset"].contains(&code.as_str()), "{code}");
    assert!(heard.len() < names.len(), "it was told everything");
    assert_eq!(heard[..], names[..heard.len()], "what it was told has no gap");

    let mut again = Socket::entered(&served.process, &token).await;
    again.subscribe("1", &much(&last.0)).await;
    for name in &names[heard.len()..] {
        assert_eq!(again.joined().await.1, *name);
    }
}

async fn an_ending_server_says_so(served: &mut Served) {
    let token = served.found("acme").await;
    let mut idle = Socket::entered(&served.process, &token).await;
    let mut following = Socket::entered(&served.process, &token).await;
    following.subscribe("1", "subscription { membershipChanged { eventId } }").await;
    let query = "subscription { tierEvaluationFinished { eventId } }";
    let request = served.process.asking(query).bearer_auth(&token).header("accept", "text/event-stream");
    let response = request.send().await.expect("a stream");
    served.process.terminate();
    assert_eq!((idle.closed().await, following.closed().await), (1001, 1001));
    let text = response.text().await.expect("an end");
    assert!(text.ends_with("event: complete\ndata:\n\n"), "{text}");
    assert_eq!(served.process.ended().await.code(), Some(0), "{}", served.process.log());
    served.restart().await;
}
