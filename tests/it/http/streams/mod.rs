//! Subscriptions over real sockets: what is told, to whom, and how a stream ends.

mod client;
mod cut;
mod idle;
mod protocol;
mod resume;
mod sse;
mod tasks;
mod twins;
mod walls;

use crate::harness::{Process, Served};

/// The query of most tests: enough to see what was told.
const JOINS: &str = "membershipChanged%AFTER { eventId changes { how person { displayName } } }";

/// A subscription to memberships, after an event.
fn joins(after: &str) -> String {
    format!("subscription {{ {} }}", JOINS.replace("%AFTER", &format!("(after: {after:?})")))
}

/// A group whose events are all told; the id of the last one, after which everything follows.
async fn garden(served: &Served, token: &str) -> String {
    served.group(token, "garden").await;
    let raw = served.raw().await;
    let told = async || {
        let waiting = raw.count("SELECT COUNT(*) FROM outbox WHERE delivered_at IS NULL", vec![]).await;
        (waiting == 0).then_some(())
    };
    crate::harness::until(|| "told events".to_owned(), told).await;
    last_event_id(&served.process, token).await
}

async fn last_event_id(process: &Process, token: &str) -> String {
    let data = process.data(token, "{ organization { lastEventId } }").await;
    data["organization"]["lastEventId"].as_str().expect("an id").to_owned()
}

/// `name` joins the garden: one event of memberships.
async fn join(process: &Process, token: &str, name: &str) {
    let record = format!(
        "mutation {{ recordInteractions(input: {{group: \"garden\", interactions: [
           {{id: \"{name}\", kind: JOIN, user: \"{name}\", name: \"{name}\", ts: \"2026-01-05T08:00:00Z\"}}
         ]}}) {{ accepted }} }}"
    );
    let data = process.data(token, &record).await;
    assert_eq!(data["recordInteractions"]["accepted"], 1, "{data}");
}
