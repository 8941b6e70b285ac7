//! Nobody is told what belongs to another organization, or once the account or its token is over.

use super::client::Socket;
use super::{garden, join, joins, last_event_id};
use crate::harness::{Backend, Served, served_on_both};

served_on_both!(a_stranger_is_told_nothing);

async fn a_stranger_is_told_nothing(served: &mut Served) {
    let token = served.found("acme").await;
    let stranger = served.found("globex").await;
    let theirs = last_event_id(&served.process, &stranger).await;
    let ours = garden(served, &token).await;
    let data = served.process.data(&token, "{ group(name: \"garden\") { id } }").await;
    let group = data["group"]["id"].as_str().expect("an id");

    let mut socket = Socket::entered(&served.process, &stranger).await;
    for (query, code) in [
        (joins(&ours), "BAD_USER_INPUT"),
        (format!("subscription {{ membershipChanged(group: {group:?}) {{ eventId }} }}"), "NOT_FOUND"),
        (format!("subscription {{ tierEvaluationFinished(scope: {group:?}) {{ eventId }} }}"), "NOT_FOUND"),
    ] {
        socket.subscribe("x", &query).await;
        let message = socket.hear().await;
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query}\n{message}");
    }
    socket.subscribe("1", &joins(&theirs)).await;
    join(&served.process, &token, "ann").await;
    served.group(&stranger, "garden").await;
    join(&served.process, &stranger, "eve").await;
    assert_eq!(socket.joined().await.1, "eve", "ann is none of theirs");
}

/// Tokens are good for a minute at the least; it takes that minute, and once is enough.
#[tokio::test]
async fn a_token_that_is_over_ends_the_stream() {
    let Some(served) = Served::new(Backend::Sqlite).await else { return };
    served.found("acme").await;
    let email = crate::harness::email("acme", "owner");
    let token = served.printed(&["token", "--org", "acme", "--email", &email, "--minutes", "1"]).await;
    let mut socket = Socket::entered(&served.process, &token).await;
    socket.subscribe("1", "subscription { membershipChanged { eventId } }").await;
    let query = "subscription { membershipChanged { eventId } }";
    let streamed = async {
        let request = served.process.asking(query).bearer_auth(&token).header("accept", "text/event-stream");
        let request = request.timeout(std::time::Duration::from_mins(2));
        crate::harness::Answer::of(request).await
    };
    let closed = async {
        // Twice: nothing has to come for a minute.
        let first = tokio::time::timeout(std::time::Duration::from_secs(50), socket.closed()).await;
        match first {
            Ok(code) => code,
            Err(_) => socket.closed().await,
        }
    };
    let (code, answer) = tokio::join!(closed, streamed);
    assert_eq!((code, answer.status), (4403, 200));
    assert!(answer.text().contains("\"code\":\"UNAUTHENTICATED\""), "{}", answer.text());
    assert!(answer.text().ends_with("event: complete\ndata:\n\n"), "{}", answer.text());
    served.close().await;
}

/// Whoever holds a socket is asked for every thirty seconds; it takes that long, and once is
/// enough.
#[tokio::test]
async fn a_removed_account_is_told_no_more() {
    let Some(served) = Served::new(Backend::Sqlite).await else { return };
    let owner = served.found("acme").await;
    let reader = served.join("acme", "reader", "facilitator").await;
    let start = garden(&served, &owner).await;
    let mut socket = Socket::entered(&served.process, &reader).await;
    socket.subscribe("1", &joins(&start)).await;
    join(&served.process, &owner, "ann").await;
    assert_eq!(socket.joined().await.1, "ann");
    let set = |at: &str| {
        format!(
            "UPDATE org_account SET left_at = {at} WHERE account_id = (SELECT id FROM account WHERE email = $1)"
        )
    };
    let email = crate::harness::email("acme", "reader");
    served.raw().await.run(&set("1"), vec![email.clone().into()]).await.expect("a removed account");
    assert_eq!(socket.closed().await, 4403);
    // The books know of a seat that is not there: it is put back as it was.
    served.raw().await.run(&set("NULL"), vec![email.into()]).await.expect("an account");
    served.close().await;
}
