use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::policy::Mode;

fn patch(value: &Value) -> PolicyPatch {
    PolicyPatch::from_value(value).expect("a patch")
}

fn codes(value: &Value) -> Vec<(String, &'static str)> {
    let problems = resolve(&[(PolicyScope::Group, &patch(value))]).expect_err("refused");
    problems.iter().map(|problem| (problem.path.clone(), problem.code().code())).collect()
}

#[test]
fn nothing_said_is_the_platforms_default() {
    let effective = resolve(&[]).expect("a policy");
    assert_eq!(effective.policy, OrgPolicy::default());
    assert!(effective.origin.values().all(|scope| *scope == PolicyScope::Platform));
    assert_eq!(effective.origin_of("tiering.weights"), None);
}

#[test]
fn the_nearest_scope_that_speaks_is_the_origin() {
    let organization = patch(&json!({"tiering": {"mode": "SCORE", "newDays": 7}}));
    let group = patch(&json!({"tiering": {"newDays": 10}, "retention": {"messageTextDays": 30}}));
    let layers = [(PolicyScope::Organization, &organization), (PolicyScope::Group, &group)];
    let effective = resolve(&layers).expect("a policy");
    assert_eq!(effective.policy.tiering.mode, Mode::Score);
    assert_eq!(effective.policy.tiering.new_days, 10);
    assert_eq!(effective.policy.retention.message_text_days, 30);
    assert_eq!(effective.origin_of("tiering.mode"), Some(PolicyScope::Organization));
    assert_eq!(effective.origin_of("tiering.newDays"), Some(PolicyScope::Group));
    assert_eq!(effective.origin_of("tiering.silentDays"), Some(PolicyScope::Platform));
}

#[test]
fn rules_between_values_hold_for_the_outcome() {
    for (value, path, code) in [
        (json!({"tiering": {"weights": {"events": 21}}}), "tiering.weights", "WEIGHTS_NOT_100"),
        (json!({"tiering": {"cutoffs": {"core": 60}}}), "tiering.cutoffs", "CUTOFFS_NOT_FALLING"),
        (json!({"tiering": {"cutoffs": {"ordinary": 60}}}), "tiering.cutoffs", "CUTOFFS_NOT_FALLING"),
        (json!({"tiering": {"bands": {"ordinary": [71, 100]}}}), "tiering.bands", "BANDS_IMPOSSIBLE"),
        (json!({"tiering": {"bands": {"ordinary": [50, 56]}}}), "tiering.bands", "BANDS_IMPOSSIBLE"),
        (
            json!({"tiering": {"windows": {"invites": 7}}}),
            "tiering.windows.retainedAfter",
            "RETAINED_AFTER_TOO_LONG",
        ),
    ] {
        assert_eq!(codes(&value), [(path.to_owned(), code)], "{value}");
    }
    // T6: minima may add to exactly 100, maxima too.
    resolve(&[(PolicyScope::Group, &patch(&json!({"tiering": {"bands": {"ordinary": [70, 70]}}})))])
        .expect("a policy");
}

#[test]
fn a_layer_may_be_completed_by_the_next() {
    let organization = patch(&json!({"tiering": {"weights": {"events": 0}}}));
    let group = patch(&json!({"tiering": {"weights": {"frequency": 50}}}));
    assert!(resolve(&[(PolicyScope::Organization, &organization)]).is_err());
    resolve(&[(PolicyScope::Organization, &organization), (PolicyScope::Group, &group)]).expect("a policy");
}

#[test]
fn invites_are_off_on_wechat_unless_said_in_so_many_words() {
    let silent = resolve(&[]).expect("a policy");
    assert_eq!(silent.invites_setting(true), ApplicabilitySetting::Off);
    assert_eq!(silent.invites_setting(false), ApplicabilitySetting::Auto);
    let said = patch(&json!({"tiering": {"applies": {"invites": "AUTO"}}}));
    let said = resolve(&[(PolicyScope::Community, &said)]).expect("a policy");
    assert_eq!(said.invites_setting(true), ApplicabilitySetting::Auto);
}

/// Patches over a few keys, so that two of them often meet.
fn patches() -> impl Strategy<Value = PolicyPatch> {
    let days = proptest::option::of(1_u32..=3_650);
    let demote = proptest::option::of(1_u32..=52);
    let curve = proptest::option::of((0.0..50.0_f64, 0.0..100.0_f64));
    let band = proptest::option::of(0_u32..=8);
    (days, demote, curve, band).prop_map(|(days, demote, curve, band)| {
        let mut tiering = serde_json::Map::new();
        if let Some(days) = days {
            tiering.insert("newDays".into(), json!(days));
        }
        if let Some(demote) = demote {
            tiering.insert("demoteAfter".into(), json!(demote));
        }
        if let Some((x, y)) = curve {
            tiering.insert("curves".into(), json!({"quality": [[x, y]]}));
        }
        if let Some(low) = band {
            tiering.insert("bands".into(), json!({"core": [low, 8]}));
        }
        patch(&json!({"tiering": tiering}))
    })
}

proptest! {
    #[test]
    fn overlay_then_resolve_is_resolve_of_both(older in patches(), newer in patches()) {
        let both = resolve(&[(PolicyScope::Group, &older.overlaid(&newer))]).expect("a policy");
        let one_by_one = resolve(&[(PolicyScope::Group, &older), (PolicyScope::Group, &newer)]).expect("a policy");
        prop_assert_eq!(both, one_by_one);
    }

    #[test]
    fn an_effective_policy_is_a_patch_of_itself(older in patches()) {
        let effective = resolve(&[(PolicyScope::Group, &older)]).expect("a policy");
        let whole = patch(&effective.policy.to_value());
        prop_assert_eq!(resolve(&[(PolicyScope::Group, &whole)]).expect("a policy").policy, effective.policy);
    }

    #[test]
    fn unknown_keys_are_always_refused(key in "[a-zA-Z.]{0,12}", below in 0_usize..4) {
        let path = ["", "tiering", "tiering.weights", "retention"][below];
        let place = crate::policy::diff::joined(path, &key);
        let branch = format!("{place}.");
        let known = schema::paths().any(|known| known == place || known.starts_with(&branch));
        prop_assume!(key.contains('.') || !known);
        let value = match below {
            0 => json!({ key: 1 }),
            1 => json!({"tiering": { key: 1 }}),
            2 => json!({"tiering": {"weights": { key: 1 }}}),
            _ => json!({"retention": { key: 1 }}),
        };
        let problems = PolicyPatch::from_value(&value).expect_err("refused");
        prop_assert_eq!(problems[0].code().code(), "UNKNOWN_KEY");
    }
}
