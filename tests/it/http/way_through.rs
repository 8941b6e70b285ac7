//! The whole way by the command line: a log in, explained tiers out.

use std::fs;

use serde_json::{Value as Json, json};

use super::process::Qun;
use crate::harness::{Backend, lines_of, shared_data};

#[tokio::test]
async fn sqlite() {
    a_log_goes_in_and_tiers_come_out(Backend::Sqlite).await;
}

#[tokio::test]
async fn postgres() {
    a_log_goes_in_and_tiers_come_out(Backend::Postgres).await;
}

async fn a_log_goes_in_and_tiers_come_out(backend: Backend) {
    let Some(log) = shared_data("chat/tw.ndjson.gz") else { return };
    let Some(qun) = Qun::new(backend).await else { return };
    qun.done(&["import", "--org", "acme", log.to_str().expect("a path")]);
    let days = qun.done(&["export", "--org", "acme", "activity", "--group", "tw"]);
    let expected = shared_data("chat/expected.json").expect("the folder of the log");
    let expected: Json = serde_json::from_str(&fs::read_to_string(expected).expect("a file")).expect("JSON");
    let daily = expected["tw"]["Asia/Shanghai"]["daily"].as_object().expect("days");
    assert_eq!(days.lines().count(), daily.len());
    for line in days.lines() {
        let day: Json = serde_json::from_str(line).expect("JSON");
        let of = &daily[day["day"].as_str().expect("a day")];
        assert_eq!(
            json!([day["messages"], day["speakers"]]),
            json!([of["messages"], of["speakers"]]),
            "{line}"
        );
    }

    let weeks = ["--from", "2014-W08", "--to", "2014-W30"];
    qun.done(&[&["tiers", "evaluate", "--org", "acme", "--group", "tw"][..], &weeks].concat());
    let ours = qun.done(&["export", "--org", "acme", "tiers", "--group", "tw"]);
    let rows = shared_data("tiering/tw.default.ndjson.gz").expect("the folder of the log");
    let is_asked = |row: &Json| row["week"].as_str().is_some_and(|week| week <= "2014-W30");
    let read = |line: &str| -> Json { serde_json::from_str(line).expect("JSON") };
    let expected: Vec<Json> = lines_of(&rows).map(|line| read(&line)).filter(is_asked).collect();
    let ours: Vec<Json> = ours.lines().map(read).collect();
    assert_eq!(ours.len(), expected.len());
    for (ours, expected) in ours.iter().zip(&expected) {
        for key in
            ["week", "user", "tier", "weekTier", "previousTier", "band", "silent", "ageDays", "reasons"]
        {
            assert_eq!(ours[key], expected[key], "{key} of {expected}");
        }
        let score = |row: &Json| row["score"].as_f64();
        let apart = score(ours).zip(score(expected)).map(|(ours, expected)| (ours - expected).abs());
        assert!(apart.is_none_or(|apart| apart <= 1e-9), "{ours} is not {expected}");
        assert_eq!(ours["score"].is_null(), expected["score"].is_null());
    }
    qun.close().await;
}
