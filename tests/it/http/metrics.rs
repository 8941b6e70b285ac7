//! `/metrics` tells what docs/metrics.md says, and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use reqwest::Method;
use serde_json::json;

use super::chat::message;
use crate::harness::{Answer, Backend, Served, now, served_on_both};

served_on_both!(the_reference_is_complete, what_happens_is_counted);

/// Name and type of each metric that a page tells.
async fn told(served: &Served) -> BTreeMap<String, String> {
    let metrics = served.process.get("/metrics").await;
    let types = metrics.text().lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types
        .map(|line| line.split_once(' ').expect("a type"))
        .map(|(name, kind)| (name.into(), kind.into()))
        .collect()
}

/// Name and type of each metric of the reference.
fn documented() -> BTreeMap<String, String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/metrics.md");
    let page = fs::read_to_string(page).expect("the reference");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.map(|row| row.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect());
    let named =
        cells.filter(|cells: &Vec<String>| ["gauge", "counter", "histogram"].contains(&cells[1].as_str()));
    named.map(|cells| (cells[0].clone(), cells[1].clone())).collect()
}

async fn the_reference_is_complete(served: &mut Served) {
    let token = served.found("acme").await;
    served.process.data(&token, "{ viewer { account { email } } }").await;
    assert_eq!(told(served).await, documented());
}

async fn what_happens_is_counted(served: &mut Served) {
    let token = served.found("acme").await;
    served.group(&token, "roses").await;
    served.process.data(&token, "{ viewer { account { email } } }").await;
    let anonymous = Answer::of(served.process.asking("{ viewer { account { email } } }")).await;
    assert_eq!(anonymous.json()["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let one = message("m1", "ann", now(), "hello");
    let sent =
        Answer::of(served.process.sending("?group=roses", format!("{one}{one}{{}}\n")).bearer_auth(&token))
            .await;
    assert_eq!(sent.json()["accepted"], json!(1), "{}", sent.text());

    let page = Answer::of(served.process.request(Method::GET, "/metrics")).await;
    let text = page.text();
    let is = |line: &str| assert!(text.lines().any(|known| known == line), "{line} is missing in\n{text}");
    let operations = "qun_graphql_operation_duration_seconds_count";
    is(&format!("{operations}{{kind=\"mutation\",outcome=\"OK\"}} 1"));
    is(&format!("{operations}{{kind=\"query\",outcome=\"OK\"}} 1"));
    is(&format!("{operations}{{kind=\"query\",outcome=\"UNAUTHENTICATED\"}} 1"));
    for (outcome, rows) in [("accepted", 1), ("duplicate", 1), ("conflict", 0), ("refused", 1)] {
        is(&format!("qun_interactions_total{{outcome=\"{outcome}\"}} {rows}"));
    }
    // The page itself is being asked for.
    is("qun_http_requests_in_flight 1");
    is("qun_jobs{state=\"dead\"} 0");
    let most = if served.backend == Backend::Sqlite { 10 } else { 5 };
    is(&format!("qun_database_connections_max{{pool=\"read\"}} {most}"));
}
