//! Rows that are heavy, by whatever text, are committed while the body comes: what is held
//! in memory does not grow with the body.

use serde_json::{Value as Json, json};
use tokio::join;

use super::chat::line;
use super::slow::slow_body;
use crate::harness::{Answer, Served, now, served_on_both, until};

served_on_both!(heavy_rows_do_not_pile_up);

const GROUP: &str = "garden";
/// Nearly the longest line that there may be; nine of them are more than one batch.
const TEXT: usize = 1_000_000;
const ROWS: u64 = 9;

async fn heavy_rows_do_not_pile_up(served: &mut Served) {
    let token = served.found("acme").await;
    served.group(&token, GROUP).await;
    for (kind, key) in [("message", "text"), ("reaction", "emoji"), ("violation", "severity")] {
        let rows: String = (0..ROWS).map(|n| heavy(n, kind, key)).collect();
        let before = served.rows().await;
        let (pen, body) = slow_body();
        let request = served.process.sending(&format!("?group={GROUP}"), body).bearer_auth(&token);
        let (answer, ()) = join!(Answer::of(request), async {
            pen.write(&rows).await;
            let grown = async || (served.rows().await > before).then_some(());
            until(|| format!("{kind}s that are committed before the body ends"), grown).await;
            drop(pen);
        });
        let report = answer.json();
        assert_eq!((answer.status, &report["accepted"]), (200, &json!(ROWS)), "{kind}: {report}");
    }
}

fn heavy(n: u64, kind: &str, key: &str) -> String {
    let mut row: Json = json!({
        "id": format!("{kind}{n}"), "kind": kind, "ts": now().to_string(), "user": "ann", "target": "m",
    });
    row[key] = "x".repeat(TEXT).into();
    line(&row)
}
