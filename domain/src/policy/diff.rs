//! What two documents differ in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// One value that is not the same before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The path of the leaf, such as `tiering.weights.events`.
    pub path: String,
    /// What stood there; `None` when nothing did.
    pub from: Option<Value>,
    /// What stands there now; `None` when nothing does.
    pub to: Option<Value>,
}

/// The changed leaves of two policies or two patches, sorted by path.
///
/// A list is one leaf. Both must be written canonically, as
/// [`OrgPolicy::to_value`](super::OrgPolicy::to_value) and
/// [`PolicyPatch::as_value`](super::PolicyPatch::as_value) do.
pub fn diff(old: &Value, new: &Value) -> Vec<Change> {
    let (old, new) = (leaves(old), leaves(new));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    paths
        .into_iter()
        .filter(|path| old.get(*path) != new.get(*path))
        .map(|path| Change {
            path: path.clone(),
            from: old.get(path).map(|value| (*value).clone()),
            to: new.get(path).map(|value| (*value).clone()),
        })
        .collect()
}

/// Every value that is no object, by its path.
pub(super) fn leaves(value: &Value) -> BTreeMap<String, &Value> {
    let mut found = BTreeMap::new();
    collect(value, "", &mut found);
    found
}

fn collect<'a>(value: &'a Value, path: &str, found: &mut BTreeMap<String, &'a Value>) {
    if let Value::Object(map) = value {
        for (key, value) in map {
            collect(value, &joined(path, key), found);
        }
    } else {
        found.insert(path.to_owned(), value);
    }
}

/// The path of `key` below `path`.
pub(super) fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn leaves_that_differ_are_listed_by_path() {
        let old = json!({"tiering": {"newDays": 14, "bands": {"core": [5, 8]}, "hysteresis": 3}});
        let new =
            json!({"tiering": {"newDays": 7, "bands": {"core": [5, 9]}, "hysteresis": 3, "demoteAfter": 2}});
        let changes = diff(&old, &new);
        assert_eq!(
            changes,
            [
                Change {
                    path: "tiering.bands.core".into(),
                    from: Some(json!([5, 8])),
                    to: Some(json!([5, 9]))
                },
                Change { path: "tiering.demoteAfter".into(), from: None, to: Some(json!(2)) },
                Change { path: "tiering.newDays".into(), from: Some(json!(14)), to: Some(json!(7)) },
            ]
        );
        assert_eq!(diff(&new, &new), []);
    }
}
