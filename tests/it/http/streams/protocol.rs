//! graphql-transport-ws to the letter, and what becomes of who breaks it.

use serde_json::json;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::client::Socket;
use super::{garden, join, joins};
use crate::harness::{Served, served_on_both};

served_on_both!(
    a_subscription_is_told_and_ended,
    queries_and_mutations_run_over_a_socket,
    the_header_of_the_request_will_do_as_well,
    who_breaks_the_protocol_is_closed_with_its_code,
    what_is_refused_is_refused_alone,
    a_socket_that_never_says_who_it_is_is_closed,
);

async fn a_subscription_is_told_and_ended(served: &mut Served) {
    let token = served.found("acme").await;
    let start = garden(served, &token).await;
    let mut socket = Socket::entered(&served.process, &token).await;
    socket.subscribe("1", &joins(&start)).await;
    join(&served.process, &token, "ann").await;
    let payload = socket.told("1").await;
    let event = &payload["data"]["membershipChanged"];
    assert_eq!(
        event["changes"],
        json!([{ "how": "JOINED", "person": { "displayName": "ann" } }]),
        "{payload}"
    );
    // Each event costs as a query of the same fields.
    assert_eq!(payload["extensions"]["cost"]["actual"], 6, "{payload}");

    socket.say(&json!({ "type": "complete", "id": "1" })).await;
    // An id is free again when its operation has ended.
    socket.subscribe("1", &joins(event["eventId"].as_str().expect("an id"))).await;
    join(&served.process, &token, "bob").await;
    assert_eq!(socket.joined().await.1, "bob");

    socket.say(&json!({ "type": "ping", "payload": { "n": 1 } })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": { "n": 1 } }));
    socket.say(&json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong" }));
    socket.send(Message::Close(None)).await;
    socket.closed().await;
}

async fn queries_and_mutations_run_over_a_socket(served: &mut Served) {
    let token = served.found("acme").await;
    let mut socket = Socket::entered(&served.process, &token).await;
    socket.subscribe("q", "{ viewer { assignments { role } } }").await;
    assert_eq!(socket.told("q").await["data"], json!({ "viewer": { "assignments": [{ "role": "OWNER" }] } }));
    assert_eq!(socket.hear().await, json!({ "type": "complete", "id": "q" }));
    let create =
        "mutation { createCommunity(input: {name: \"Plants\", timeZone: \"UTC\"}) { community { name } } }";
    socket.subscribe("m", create).await;
    assert_eq!(socket.told("m").await["data"]["createCommunity"]["community"]["name"], "Plants");
    assert_eq!(socket.hear().await, json!({ "type": "complete", "id": "m" }));
}

async fn the_header_of_the_request_will_do_as_well(served: &mut Served) {
    let token = served.found("acme").await;
    let mut socket = Socket::open_with(&served.process, Some("graphql-transport-ws"), Some(&token))
        .await
        .expect("a socket");
    socket.say(&json!({ "type": "connection_init" })).await;
    assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
    socket.subscribe("q", "{ viewer { assignments { role } } }").await;
    assert_eq!(socket.told("q").await["data"]["viewer"]["assignments"][0]["role"], "OWNER");
}

async fn who_breaks_the_protocol_is_closed_with_its_code(served: &mut Served) {
    let token = served.found("acme").await;
    let process = &served.process;
    let init = json!({ "type": "connection_init" });
    let ping = json!({ "type": "ping" });
    let follow = json!({ "type": "subscribe", "id": "1",
        "payload": { "query": "subscription { membershipChanged { eventId } }" } });
    let bad = |token: &str| json!({ "type": "connection_init", "payload": { "authorization": token } });

    // Before anybody is let in.
    for (message, code) in [
        (Message::text("nonsense"), 4400),
        (Message::text(json!({ "type": "nonsense" }).to_string()), 4400),
        (Message::binary(init.to_string().into_bytes()), 4400),
        (Message::text(init.to_string()), 4401),
        (Message::text(follow.to_string()), 4401),
        (Message::text(bad("Bearer nonsense").to_string()), 4403),
        (Message::text(bad(&token).to_string()), 4403),
        (
            Message::text(format!("{{\"type\":\"ping\",\"payload\":{{\"x\":\"{}\"}}}}", "x".repeat(200_000))),
            1009,
        ),
    ] {
        let mut socket = Socket::open(process).await;
        socket.send(message.clone()).await;
        let shown: String = message.to_string().chars().take(80).collect();
        assert_eq!(socket.closed().await, code, "{shown}");
    }
    // After that.
    for (messages, code) in [(vec![&init], 4429), (vec![&ping, &init], 4429), (vec![&follow, &follow], 4409)]
    {
        let mut socket = Socket::entered(process, &token).await;
        for message in &messages {
            socket.say(message).await;
        }
        assert_eq!(socket.closed().await, code, "{messages:?}");
    }
    for protocol in [None, Some("graphql-ws")] {
        // A client may end the handshake by itself, when its protocol is not taken up.
        match Socket::open_with(process, protocol, Some(&token)).await {
            Ok(mut socket) => assert_eq!(socket.closed().await, 4406, "{protocol:?}"),
            Err(error) => assert!(matches!(error, Error::Protocol(_)), "{error}"),
        }
    }
    assert_eq!(process.get("/livez").await.status, 200);
}

async fn what_is_refused_is_refused_alone(served: &mut Served) {
    let token = served.found("acme").await;
    let start = garden(served, &token).await;
    let mut socket = Socket::entered(&served.process, &token).await;
    let nested =
        (0..20).fold("id".to_owned(), |inner, _| format!("community {{ groups {{ nodes {{ {inner} }} }} }}"));
    for (query, code) in [
        ("subscription {".to_owned(), "BAD_USER_INPUT"),
        ("subscription { nonsense }".to_owned(), "BAD_USER_INPUT"),
        (joins("nonsense"), "BAD_USER_INPUT"),
        (joins(&start).replace("membershipChanged", "a: membershipChanged") + " {", "BAD_USER_INPUT"),
        (
            "subscription { a: membershipChanged { eventId } b: membershipChanged { eventId } }".to_owned(),
            "BAD_USER_INPUT",
        ),
        (
            "subscription { ...f } fragment f on Subscription { membershipChanged { eventId } }".to_owned(),
            "BAD_USER_INPUT",
        ),
        ("subscription { membershipChanged(group: \"nonsense\") { eventId } }".to_owned(), "NOT_FOUND"),
        ("subscription { tierEvaluationFinished(scope: \"nonsense\") { eventId } }".to_owned(), "NOT_FOUND"),
        (format!("subscription {{ membershipChanged {{ group {{ {nested} }} }} }}"), "QUERY_TOO_COMPLEX"),
        ("{ nonsense }".to_owned(), "BAD_USER_INPUT"),
    ] {
        socket.subscribe("x", &query).await;
        let message = socket.hear().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("x")), "{query}\n{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query}\n{message}");
    }
    // The socket goes on, and no more operations than it may have.
    for n in 0..100 {
        socket.subscribe(&format!("n{n}"), &joins(&start)).await;
    }
    socket.subscribe("one too many", &joins(&start)).await;
    let message = socket.hear().await;
    assert_eq!(message["payload"][0]["extensions"]["code"], "TOO_MANY_STREAMS", "{message}");
}

/// It takes the ten seconds that a client has.
async fn a_socket_that_never_says_who_it_is_is_closed(served: &mut Served) {
    let mut silent = Socket::open(&served.process).await;
    let mut pinging = Socket::open(&served.process).await;
    pinging.say(&json!({ "type": "ping" })).await;
    assert_eq!(pinging.hear().await["type"], "pong");
    assert_eq!((silent.closed().await, pinging.closed().await), (4408, 4408));
}
