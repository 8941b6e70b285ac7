//! The keys of the document that one scope changes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use super::problem::{PolicyProblem, Rule};
use super::schema;

/// A JSON object with only the keys to change, each value in its range.
///
/// What only the whole document can answer, such as the sum of the weights, is
/// asked by [`resolve`](super::resolve).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct PolicyPatch(Value);

impl Default for PolicyPatch {
    fn default() -> Self {
        Self(Value::Object(Map::new()))
    }
}

impl PolicyPatch {
    /// Reads a patch from its text.
    ///
    /// # Errors
    /// Every broken rule, with its path.
    pub fn parse(text: &str) -> Result<Self, Vec<PolicyProblem>> {
        let value = serde_json::from_str(text).map_err(|_| vec![PolicyProblem::new("", Rule::NotJson)])?;
        Self::from_value(&value)
    }

    /// Reads a patch from JSON.
    ///
    /// # Errors
    /// Every broken rule, with its path.
    pub fn from_value(value: &Value) -> Result<Self, Vec<PolicyProblem>> {
        let mut problems = Vec::new();
        let patch = schema::check("", value, &mut problems);
        if problems.is_empty() { Ok(Self(patch)) } else { Err(problems) }
    }

    /// The patch as JSON, whole numbers without a decimal point.
    pub const fn as_value(&self) -> &Value {
        &self.0
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        super::diff::leaves(&self.0).is_empty()
    }

    /// This patch with the keys of a newer one over it: what a scope says once
    /// `newer` is published there.
    #[must_use]
    pub fn overlaid(&self, newer: &Self) -> Self {
        let mut value = self.0.clone();
        overlay(&mut value, &newer.0);
        Self(value)
    }
}

/// A document that can be no patch.
#[derive(Debug, Error)]
#[error("not a patch of the policy: {} broken rules", .0.len())]
pub struct BadPatch(Vec<PolicyProblem>);

impl TryFrom<Value> for PolicyPatch {
    type Error = BadPatch;

    fn try_from(value: Value) -> Result<Self, BadPatch> {
        Self::from_value(&value).map_err(BadPatch)
    }
}

impl From<PolicyPatch> for Value {
    fn from(patch: PolicyPatch) -> Self {
        patch.0
    }
}

/// Merges key by key; lists are replaced whole.
pub(super) fn overlay(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                match below.get_mut(key) {
                    Some(held) => overlay(held, value),
                    None => {
                        below.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (below, above) => *below = above.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(text: &str) -> (String, &'static str) {
        let problems = PolicyPatch::parse(text).expect_err(text);
        assert_eq!(problems.len(), 1, "{problems:?}");
        (problems[0].path.clone(), problems[0].code().code())
    }

    #[test]
    fn a_key_or_a_type_that_the_document_has_not_is_refused() {
        for (text, path, code) in [
            ("{", "", "NOT_JSON"),
            ("[]", "", "WRONG_TYPE"),
            ("null", "", "NULL_VALUE"),
            (r#"{"tier": 1}"#, "tier", "UNKNOWN_KEY"),
            (r#"{"tiering.mode": "SCORE"}"#, "tiering.mode", "UNKNOWN_KEY"),
            (r#"{"tiering": {"weights": {"event": 1}}}"#, "tiering.weights.event", "UNKNOWN_KEY"),
            (r#"{"tiering": {"mod": "SCORE"}}"#, "tiering.mod", "UNKNOWN_KEY"),
            (r#"{"tiering": {"": 1}}"#, "tiering.", "UNKNOWN_KEY"),
            (r#"{"tiering": null}"#, "tiering", "NULL_VALUE"),
            (r#"{"tiering": {"mode": null}}"#, "tiering.mode", "NULL_VALUE"),
            (r#"{"tiering": 3}"#, "tiering", "WRONG_TYPE"),
            (r#"{"tiering": {"mode": 3}}"#, "tiering.mode", "WRONG_TYPE"),
            (r#"{"tiering": {"mode": "hybrid"}}"#, "tiering.mode", "UNKNOWN_VALUE"),
            (r#"{"tiering": {"applies": {"frequency": "ON"}}}"#, "tiering.applies.frequency", "UNKNOWN_KEY"),
            (
                r#"{"tiering": {"applies": {"violations": "AUTO"}}}"#,
                "tiering.applies.violations",
                "UNKNOWN_VALUE",
            ),
            (r#"{"tiering": {"weights": {"events": 20.5}}}"#, "tiering.weights.events", "WRONG_TYPE"),
            (r#"{"tiering": {"weights": {"events": "20"}}}"#, "tiering.weights.events", "WRONG_TYPE"),
        ] {
            assert_eq!(refused(text), (path.to_owned(), code), "{text}");
        }
    }

    #[test]
    fn a_value_outside_its_range_is_refused() {
        for (text, path, code) in [
            (r#"{"tiering": {"weights": {"events": -1}}}"#, "tiering.weights.events", "OUT_OF_RANGE"),
            (r#"{"tiering": {"weights": {"events": 1e300}}}"#, "tiering.weights.events", "OUT_OF_RANGE"),
            (r#"{"tiering": {"weights": {"frequency": 0}}}"#, "tiering.weights.frequency", "OUT_OF_RANGE"),
            (r#"{"tiering": {"windows": {"events": 0}}}"#, "tiering.windows.events", "OUT_OF_RANGE"),
            (r#"{"tiering": {"newDays": 3651}}"#, "tiering.newDays", "OUT_OF_RANGE"),
            (r#"{"tiering": {"demoteAfter": 0}}"#, "tiering.demoteAfter", "OUT_OF_RANGE"),
            (r#"{"tiering": {"hysteresis": 100.1}}"#, "tiering.hysteresis", "OUT_OF_RANGE"),
            (
                r#"{"tiering": {"counting": {"minGapSeconds": 86401}}}"#,
                "tiering.counting.minGapSeconds",
                "OUT_OF_RANGE",
            ),
            (r#"{"tiering": {"curves": {"events": []}}}"#, "tiering.curves.events", "WRONG_LENGTH"),
            (r#"{"tiering": {"curves": {"events": [[0, 1, 2]]}}}"#, "tiering.curves.events", "WRONG_LENGTH"),
            (r#"{"tiering": {"curves": {"events": [[0, "1"]]}}}"#, "tiering.curves.events", "WRONG_TYPE"),
            (r#"{"tiering": {"curves": {"events": {}}}}"#, "tiering.curves.events", "WRONG_TYPE"),
            (r#"{"tiering": {"curves": {"events": [[0, 101]]}}}"#, "tiering.curves.events", "OUT_OF_RANGE"),
            (r#"{"tiering": {"curves": {"events": [[-1, 1]]}}}"#, "tiering.curves.events", "OUT_OF_RANGE"),
            (
                r#"{"tiering": {"curves": {"events": [[1, 1], [1, 2]]}}}"#,
                "tiering.curves.events",
                "CURVE_NOT_RISING",
            ),
            (
                r#"{"tiering": {"curves": {"events": [[1, 2], [2, 1]]}}}"#,
                "tiering.curves.events",
                "CURVE_FALLING",
            ),
            (r#"{"tiering": {"violationScores": [100, 50, 25]}}"#, "tiering.violationScores", "WRONG_LENGTH"),
            (
                r#"{"tiering": {"violationScores": [100, 50, 60, 0]}}"#,
                "tiering.violationScores",
                "VIOLATION_SCORES_RISING",
            ),
            (r#"{"tiering": {"bands": {"core": [8, 5]}}}"#, "tiering.bands.core", "BAND_REVERSED"),
            (r#"{"retention": {"messageTextDays": 0}}"#, "retention.messageTextDays", "OUT_OF_RANGE"),
            (r#"{"tasks": {"escalateAfterHours": 0}}"#, "tasks.escalateAfterHours", "OUT_OF_RANGE"),
            (r#"{"tasks": {"escalateAfterHours": 721}}"#, "tasks.escalateAfterHours", "OUT_OF_RANGE"),
        ] {
            assert_eq!(refused(text), (path.to_owned(), code), "{text}");
        }
    }

    #[test]
    fn what_is_asked_of_staff_has_a_range() {
        for (text, path, code) in [
            (r#"{"staff": {"workingDays": []}}"#, "staff.workingDays", "WRONG_LENGTH"),
            (r#"{"staff": {"workingDays": ["MON", "MON"]}}"#, "staff.workingDays", "WRONG_LENGTH"),
            (r#"{"staff": {"workingDays": ["MON", "DAY"]}}"#, "staff.workingDays", "UNKNOWN_VALUE"),
            (r#"{"staff": {"workingDays": "MON"}}"#, "staff.workingDays", "WRONG_TYPE"),
            (
                r#"{"staff": {"targets": {"satisfaction": 1.1}}}"#,
                "staff.targets.satisfaction",
                "OUT_OF_RANGE",
            ),
            (r#"{"staff": {"targets": {"casesPerDay": -1}}}"#, "staff.targets.casesPerDay", "OUT_OF_RANGE"),
            (r#"{"staff": {"minRatings": 0}}"#, "staff.minRatings", "OUT_OF_RANGE"),
            (r#"{"staff": {"training": {"graceDays": -1}}}"#, "staff.training.graceDays", "OUT_OF_RANGE"),
            (r#"{"staff": {"training": {"toolDays": 3651}}}"#, "staff.training.toolDays", "OUT_OF_RANGE"),
        ] {
            assert_eq!(refused(text), (path.to_owned(), code), "{text}");
        }
    }

    #[test]
    fn how_staff_is_weighed_has_a_range() {
        for (text, path, code) in [
            (
                r#"{"staff": {"staffing": {"membersPerFte": 0}}}"#,
                "staff.staffing.membersPerFte",
                "OUT_OF_RANGE",
            ),
            (r#"{"staff": {"bench": {"minSuccessors": 101}}}"#, "staff.bench.minSuccessors", "OUT_OF_RANGE"),
            (
                r#"{"staff": {"divisions": {"mixed": {"response": "GOOD"}}}}"#,
                "staff.divisions.mixed.response",
                "UNKNOWN_VALUE",
            ),
        ] {
            assert_eq!(refused(text), (path.to_owned(), code), "{text}");
        }
    }

    #[test]
    fn what_members_are_given_has_bounds() {
        for (text, path, code) in [
            (
                r#"{"incentives": {"titles": {"en": {"junior": "a\nb"}}}}"#,
                "incentives.titles.en.junior",
                "BAD_LINE",
            ),
            (
                r#"{"incentives": {"titles": {"en": {"junior": " a"}}}}"#,
                "incentives.titles.en.junior",
                "BAD_LINE",
            ),
            (
                r#"{"incentives": {"titles": {"en": {"junior": null}}}}"#,
                "incentives.titles.en.junior",
                "NULL_VALUE",
            ),
            (r#"{"incentives": {"titles": {"fr": {"junior": "a"}}}}"#, "incentives.titles.fr", "UNKNOWN_KEY"),
            (
                r#"{"incentives": {"bonus": {"currency": "RMB"}}}"#,
                "incentives.bonus.currency",
                "UNKNOWN_VALUE",
            ),
            (
                r#"{"incentives": {"bonus": {"base": {"junior": -1}}}}"#,
                "incentives.bonus.base.junior",
                "OUT_OF_RANGE",
            ),
            (
                r#"{"incentives": {"bonus": {"parts": {"cases": 10001}}}}"#,
                "incentives.bonus.parts.cases",
                "OUT_OF_RANGE",
            ),
            (r#"{"incentives": {"combined": {"roles": []}}}"#, "incentives.combined.roles", "WRONG_LENGTH"),
        ] {
            assert_eq!(refused(text), (path.to_owned(), code), "{text}");
        }
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let problems =
            PolicyPatch::parse(r#"{"a": 1, "tiering": {"newDays": 0, "b": null}}"#).expect_err("three");
        let places: Vec<_> =
            problems.iter().map(|problem| (problem.path.as_str(), problem.code().code())).collect();
        assert_eq!(
            places,
            [("a", "UNKNOWN_KEY"), ("tiering.b", "UNKNOWN_KEY"), ("tiering.newDays", "OUT_OF_RANGE")]
        );
    }

    #[test]
    fn a_number_is_held_as_people_write_it() {
        let text = r#"{"tiering": {"weights": {"events": 20.0}, "cutoffs": {"core": 80.0}, "curves": {"events": [[0.0, 1.5]]}}}"#;
        let patch = PolicyPatch::parse(text).expect("a patch");
        assert_eq!(
            patch.as_value(),
            &json!({"tiering": {"weights": {"events": 20}, "cutoffs": {"core": 80}, "curves": {"events": [[0, 1.5]]}}})
        );
    }

    #[test]
    fn keys_are_merged_and_lists_replaced() {
        let older = PolicyPatch::parse(
            r#"{"tiering": {"newDays": 7, "bands": {"core": [4, 8], "silent": [1, 20]}}}"#,
        );
        let newer = PolicyPatch::parse(r#"{"tiering": {"bands": {"core": [3, 9]}, "demoteAfter": 3}}"#);
        let both = older.expect("a patch").overlaid(&newer.expect("a patch"));
        assert_eq!(
            both.as_value(),
            &json!({"tiering": {"newDays": 7, "demoteAfter": 3, "bands": {"core": [3, 9], "silent": [1, 20]}}})
        );
        assert!(!both.is_empty());
        assert!(PolicyPatch::parse(r#"{"tiering": {"bands": {}}}"#).expect("a patch").is_empty());
    }
}
