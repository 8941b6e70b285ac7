//! A server that is told to stop tells its load balancer first, answers what is running,
//! and ends well.

use serde_json::{Value as Json, json};
use tokio::join;

use super::chat::{BATCH, Chat};
use super::slow::slow_body;
use crate::harness::{Answer, Process, Served, served_on_both, until};

served_on_both!(a_running_request_is_answered_in_full, an_idle_server_ends_by_itself);

const GROUP: &str = "garden";

async fn a_running_request_is_answered_in_full(served: &mut Served) {
    let token = served.found("acme").await;
    served.group(&token, GROUP).await;
    let chat = Chat::of(1.2);
    let begin = chat.until(BATCH + 5);
    let whole = chat.whole();
    let rest = &whole[begin.len()..];

    let (pen, body) = slow_body();
    let process = &served.process;
    let request = process.sending(&format!("?group={GROUP}"), body).bearer_auth(&token);
    let (answer, ()) = join!(Answer::of(request), async {
        pen.write(&begin).await;
        let runs = async || (served.rows().await > 0).then_some(());
        until(|| "a committed batch".to_owned(), runs).await;
        process.terminate();
        drains(process, &token).await;
        let deaf = async || (!process.is_listening()).then_some(());
        until(|| "a closed listener".to_owned(), deaf).await;
        pen.write(rest).await;
        drop(pen);
    });
    let report = answer.json();
    let whole = json!({
        "accepted": chat.rows(), "duplicates": 0, "rejected": 0, "errors": [], "errorsTruncated": false,
    });
    assert_eq!((answer.status, report), (200, whole));
    ends_well(served).await;
    assert_eq!(served.exported("acme", GROUP).await, chat.days());
}

/// /readyz turns away, everything else goes on.
async fn drains(process: &Process, token: &str) {
    let ready = async || {
        let answer = process.get("/readyz").await;
        (answer.status != 200).then_some(answer)
    };
    let answer = until(|| "a /readyz that is not ready".to_owned(), ready).await;
    let body = answer.json();
    assert_eq!((answer.status, &body["status"], &body["database"]), (503, &json!("draining"), &json!("ok")));
    assert_eq!(process.get("/livez").await.status, 200);
    let data = process.data(token, "{ viewer { assignments { role } } }").await;
    assert_eq!(data["viewer"]["assignments"][0]["role"], Json::from("OWNER"));
}

async fn ends_well(served: &mut Served) {
    let status = served.process.ended().await;
    let log = served.process.log();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.lines().last().is_some_and(|line| line.ends_with("stopped")), "{log}");
    assert!(!log.contains("WARN") && !log.contains("ERROR"), "{log}");
}

async fn an_idle_server_ends_by_itself(served: &mut Served) {
    let token = served.found("acme").await;
    served.process.terminate();
    drains(&served.process, &token).await;
    ends_well(served).await;
    served.restart().await;
    let data = served.process.data(&token, "{ viewer { assignments { role } } }").await;
    assert_eq!(
        data["viewer"]["assignments"][0]["role"], "OWNER",
        "a token outlives the server that was there"
    );
}
