//! Sockets that do nothing cost little, and there is an end to their number.

use futures_util::future::join_all;
use tokio_tungstenite::tungstenite::Error;

use super::client::Socket;
use super::{garden, join, joins};
use crate::harness::{Backend, Served, served_on_both};

served_on_both!(streams_are_limited_as_a_whole_and_for_each_organization);

/// What a socket that follows something and hears nothing may take, in KiB: buffers of the
/// connection, its tasks, and a document. Ten thousand of them are a gigabyte at most.
const EACH: u64 = 100;

async fn streams_are_limited_as_a_whole_and_for_each_organization(served: &mut Served) {
    served.restart_with(&["--stream-limit", "8"]).await;
    let (token, stranger) = (served.found("acme").await, served.found("globex").await);
    let process = &served.process;
    let mut ours = [Socket::entered(process, &token).await, Socket::entered(process, &token).await];
    let mut third = Socket::open(process).await;
    third.init(&token).await;
    assert_eq!(third.closed().await, 4491, "a quarter of eight is two");
    let request = process.asking("subscription { membershipChanged { eventId } }");
    let answer =
        crate::harness::Answer::of(request.bearer_auth(&token).header("accept", "text/event-stream")).await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "TOO_MANY_STREAMS"));
    Socket::entered(process, &stranger).await;

    // Nobody has said who they are: they have places of their own, until they have to say it.
    let mut unknown = Vec::new();
    let refused = loop {
        match Socket::open_with(process, Some("graphql-transport-ws"), None).await {
            Ok(socket) => unknown.push(socket),
            Err(error) => break error,
        }
        assert!(unknown.len() <= 8, "there is no end");
    };
    let Error::Http(answer) = refused else { panic!("{refused}") };
    assert_eq!(answer.status(), 503);
    // Who sits goes on.
    ours[0].subscribe("q", "{ viewer { assignments { role } } }").await;
    assert_eq!(ours[0].told("q").await["data"]["viewer"]["assignments"][0]["role"], "OWNER");
}

#[tokio::test]
async fn five_hundred_sockets_that_hear_nothing_cost_little() {
    let Some(served) = Served::new(Backend::Sqlite).await else { return };
    let token = served.found("acme").await;
    let start = garden(&served, &token).await;
    let process = &served.process;
    // What the first socket takes is taken once.
    let mut first = Socket::entered(process, &token).await;
    first.subscribe("1", &joins(&start)).await;
    join(process, &token, "ann").await;
    let (after, _) = first.joined().await;
    let before = process.resident_kib();
    let query = joins(&after);
    let open = async |_| {
        let mut socket = Socket::entered(process, &token).await;
        socket.subscribe("1", &query).await;
        socket
    };
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.extend(join_all((0..50).map(open)).await);
    }
    let grown = process.resident_kib().zip(before).map(|(now, before)| now.saturating_sub(before));
    if let Some(grown) = grown {
        eprintln!("500 sockets: {grown} KiB");
        assert!(grown < 500 * EACH, "{grown} KiB for 500 sockets");
    }
    join(process, &token, "bob").await;
    for told in join_all(sockets.iter_mut().map(Socket::joined)).await {
        assert_eq!(told.1, "bob");
    }
    drop((first, sockets));
    served.close().await;
}
