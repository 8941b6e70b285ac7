//! Numbers as people write them: `80`, never `80.0`.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::{Number, Value};

/// The largest distance from zero at which every whole number is an f64.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The whole number that `value` is, if it is one.
#[expect(clippy::cast_possible_truncation, reason = "whole, and inside the exact range of an f64")]
pub(super) fn as_whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < EXACT).then_some(value as i64)
}

/// The JSON number that is written without a decimal point where it needs none.
pub(super) fn canonical(number: &Number) -> Value {
    match number.as_f64().and_then(as_whole) {
        Some(whole) => Value::from(whole),
        None => Value::Number(number.clone()),
    }
}

/// Serializes an f64 as [`canonical`] writes it.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
pub(super) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match as_whole(*value) {
        Some(whole) => serializer.serialize_i64(whole),
        None => serializer.serialize_f64(*value),
    }
}

/// Serializes a list of f64 as [`canonical`] writes each.
pub(super) fn serialize_list<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(values.len()))?;
    for value in values {
        list.serialize_element(&Plain(*value))?;
    }
    list.end()
}

/// An f64 inside a list.
pub(super) struct Plain(pub(super) f64);

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(&self.0, serializer)
    }
}
