//! Stored scorecards against rows that an independent implementation made
//! (`tiering/README.md` of the shared data).

use std::collections::BTreeMap;
use std::path::Path;

use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::tiering::{Dimensions, Scorecard};
use qun_infra::db::OrgScope;
use qun_infra::tiering::{all_evaluations, each_score};
use serde_json::{Map, Value as Json, json};

use crate::harness::{TestQun, lines_of};

/// How far two numbers may lie apart.
const NEAR: f64 = 1e-9;

/// How many differences are shown.
const SHOWN: usize = 10;

/// Rows by week and user.
type Rows = BTreeMap<(String, String), Json>;

/// Panics where the latest revisions of all weeks of `of` are not the rows of the file.
pub(super) async fn compare(qun: &TestQun, scope: &OrgScope, of: Scope, file: &Path) {
    let expected: Rows =
        lines_of(file).map(|line| keyed(serde_json::from_str(&line).expect("JSON"))).collect();
    let ours = stored(qun, scope, of).await;
    let mut differences = Vec::new();
    for key in expected.keys().chain(ours.keys().filter(|key| !expected.contains_key(*key))) {
        let (left, right) = (expected.get(key).unwrap_or(&Json::Null), ours.get(key).unwrap_or(&Json::Null));
        differing("", left, right, &mut |path| differences.push(format!("{key:?} {path}")));
    }
    let found = differences.len();
    differences.truncate(SHOWN);
    assert!(
        found == 0,
        "{found} differences from {} (expected, ours):\n{}",
        file.display(),
        differences.join("\n")
    );
}

fn keyed(row: Json) -> ((String, String), Json) {
    let text = |key: &str| row[key].as_str().expect("a text").to_owned();
    ((text("week"), text("user")), row)
}

async fn stored(qun: &TestQun, scope: &OrgScope, of: Scope) -> Rows {
    let read = qun.read(scope);
    let mut rows = Rows::new();
    for evaluation in all_evaluations(&read, of).await.expect("evaluations") {
        let week = evaluation.week.to_string();
        let take = |user: &str, row: &qun_infra::tiering::ScoreRow| -> Result<(), Fault> {
            rows.extend([keyed(as_json(&week, user, &row.card))]);
            Ok(())
        };
        each_score(&read, evaluation.id, take).await.expect("scores");
    }
    rows
}

fn as_json(week: &str, user: &str, card: &Scorecard) -> Json {
    json!({
        "week": week,
        "user": user,
        "tier": card.tier.code(),
        "weekTier": card.week_tier.code(),
        "previousTier": card.previous_tier.map(qun_domain::tiering::Tier::code),
        "score": card.score,
        "band": card.band.map(qun_domain::tiering::Band::code),
        "watch": card.watch,
        "fading": card.fading,
        "silent": card.silent,
        "new": card.new,
        "ageDays": card.age_days,
        "raw": part(card.raw.as_ref()),
        "normalized": part(card.normalized.as_ref()),
        "weights": part(card.weights.as_ref()),
        "reasons": card.reasons.codes(),
        "countedInWeek": card.counted_in_week,
    })
}

fn part(values: Option<&Dimensions<Option<f64>>>) -> Option<Map<String, Json>> {
    values.map(|values| {
        values.iter().map(|(dimension, value)| (dimension.code().to_owned(), json!(value))).collect()
    })
}

/// Tells the paths at which two values are not the same, numbers aside that lie near.
fn differing(path: &str, left: &Json, right: &Json, tell: &mut impl FnMut(String)) {
    match (left, right) {
        (Json::Object(a), Json::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let value =
                    |of: &Map<String, Json>| of.get(key).cloned().unwrap_or(Json::from("(no such key)"));
                differing(&format!("{path}.{key}"), &value(a), &value(b), tell);
            }
        }
        (Json::Number(a), Json::Number(b)) => {
            let apart = a.as_f64().zip(b.as_f64()).map(|(a, b)| (a - b).abs());
            if apart.is_none_or(|apart| apart > NEAR) {
                tell(format!("{path}: {a}, {b}"));
            }
        }
        (a, b) if a == b => {}
        (a, b) => tell(format!("{path}: {a}, {b}")),
    }
}
