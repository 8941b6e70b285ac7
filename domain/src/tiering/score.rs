//! From normalized values to the score and its band (sections 5 and 7).

use super::model::{Band, Dimension, Dimensions};
use crate::policy::{Cutoffs, Weights};

/// 10⁹: scores have 9 decimals.
const NANO: f64 = 1e9;

/// The weight of a dimension in the policy.
pub(super) const fn weight(weights: &Weights, dimension: Dimension) -> u32 {
    match dimension {
        Dimension::Frequency => weights.frequency,
        Dimension::Quality => weights.quality,
        Dimension::Events => weights.events,
        Dimension::Invites => weights.invites,
        Dimension::Violations => weights.violations,
    }
}

/// The effective weights: what does not apply is spread in proportion over the
/// other contribution dimensions; violations keep their own (section 5).
pub(super) fn effective_weights(
    weights: &Weights,
    values: &Dimensions<Option<f64>>,
) -> Dimensions<Option<f64>> {
    let violations = values.violations.map(|_| f64::from(weights.violations));
    let shared = 100.0 - violations.unwrap_or(0.0);
    let sum = applicable_sum(weights, values);
    values.map(|dimension, value| match dimension {
        Dimension::Violations => violations,
        _ => value.map(|_| f64::from(weight(weights, dimension)) * shared / sum),
    })
}

fn applicable_sum(weights: &Weights, values: &Dimensions<Option<f64>>) -> f64 {
    let applicable = Dimension::CONTRIBUTION.into_iter().filter(|dimension| values.get(*dimension).is_some());
    f64::from(applicable.map(|dimension| weight(weights, dimension)).sum::<u32>())
}

/// `((100 − wv) · Σ w·x ÷ Σ w + wv · v) ÷ 100`, left to right, rounded to 9
/// decimals (section 5). `values` are the normalized ones that apply.
pub(super) fn score(weights: &Weights, values: &Dimensions<Option<f64>>) -> f64 {
    let mut weighted = 0.0;
    for dimension in Dimension::CONTRIBUTION {
        if let Some(value) = values.get(dimension) {
            weighted += f64::from(weight(weights, dimension)) * value;
        }
    }
    let (wv, v) = values.violations.map_or((0.0, 0.0), |value| (f64::from(weights.violations), value));
    round_nine(((100.0 - wv) * weighted / applicable_sum(weights, values) + wv * v) / 100.0)
}

/// The band of a rounded score (T19 to T22).
pub(super) fn band(cutoffs: &Cutoffs, score: f64) -> Band {
    if score > cutoffs.core {
        Band::Core
    } else if score >= cutoffs.active {
        Band::Active
    } else if score >= cutoffs.ordinary {
        Band::Ordinary
    } else {
        Band::Watch
    }
}

/// Rounded to 9 decimals by the exact decimal expansion, half to even.
pub(super) fn round_nine(value: f64) -> f64 {
    nanos(value.abs()).map_or(value, |nanos| (nanos as f64 / NANO).copysign(value))
}

/// `value · 10⁹` rounded to a whole number, half to even, without a rounding
/// between: an f64 is a whole number times a power of two, so integers do.
/// `None` from 2²² on, where the result could leave the exact range of f64.
fn nanos(value: f64) -> Option<u64> {
    const MANTISSA_BITS: u32 = 52;
    if !(0.0..4_194_304.0).contains(&value) {
        return None;
    }
    let bits = value.to_bits();
    let exponent = (bits >> MANTISSA_BITS) as u32;
    let fraction = bits & ((1 << MANTISSA_BITS) - 1);
    let mantissa = if exponent == 0 { fraction } else { fraction | (1 << MANTISSA_BITS) };
    // value = mantissa · 2^−shift, and below 2²² the shift is at least 31.
    let shift = 1_075 - exponent.max(1);
    if shift > 100 {
        // Below 2^−47, far from half of 10⁻⁹.
        return Some(0);
    }
    let scaled = u128::from(mantissa) * 1_000_000_000;
    let (whole, rest, half) = (scaled >> shift, scaled & ((1 << shift) - 1), 1_u128 << (shift - 1));
    let up = rest > half || (rest == half && whole & 1 == 1);
    u64::try_from(whole + u128::from(up)).ok()
}

/// A score in tenths, rounded down: 79.96 is 799 and never reads 80.0 (section 5).
pub fn shown_tenths(score: f64) -> u64 {
    nanos(score.max(0.0)).unwrap_or(0) / 100_000_000
}

/// A score as it is shown: one decimal, rounded down (section 5).
pub fn shown(score: f64) -> f64 {
    shown_tenths(score) as f64 / 10.0
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the arithmetic of the page is exact, and so are its examples")]
mod tests {
    use super::*;
    use crate::policy::TieringPolicy;
    use proptest::prelude::*;

    fn values(frequency: f64, others: [Option<f64>; 4]) -> Dimensions<Option<f64>> {
        let [quality, events, invites, violations] = others;
        Dimensions { frequency: Some(frequency), quality, events, invites, violations }
    }

    /// Section 1: with a clean record and nothing else observed, the guide's
    /// rows score 46, 64 and 82.
    #[test]
    fn the_guides_rows() {
        let weights = TieringPolicy::default().weights;
        for (frequency, expected) in [(40.0, 46.0), (60.0, 64.0), (80.0, 82.0)] {
            assert_eq!(score(&weights, &values(frequency, [None, None, None, Some(100.0)])), expected);
        }
    }

    #[test]
    fn a_weight_that_does_not_apply_is_spread() {
        let weights = TieringPolicy::default().weights;
        let values = values(44.210_526_315_789_47, [Some(50.0), Some(40.0), None, Some(100.0)]);
        let effective = effective_weights(&weights, &values);
        assert_eq!(
            effective,
            Dimensions {
                frequency: Some(36.0),
                quality: Some(30.0),
                events: Some(24.0),
                invites: None,
                violations: Some(10.0),
            }
        );
        assert_eq!(score(&weights, &values), 50.515_789_474);
    }

    #[test]
    fn boundaries_belong_where_the_guide_puts_them() {
        let cutoffs = TieringPolicy::default().cutoffs;
        for (score, expected) in [
            (80.000_000_001, Band::Core),
            (80.0, Band::Active),
            (60.0, Band::Active),
            (59.999_999_999, Band::Ordinary),
            (40.0, Band::Ordinary),
            (39.999_999_999, Band::Watch),
        ] {
            assert_eq!(band(&cutoffs, score), expected, "{score}");
        }
    }

    #[test]
    fn a_tie_is_rounded_to_even() {
        // Odd multiples of 2⁻¹⁰ have 10 decimals, the last a 5.
        assert_eq!(round_nine(50.000_976_562_5), 50.000_976_562);
        assert_eq!(round_nine(50.002_929_687_5), 50.002_929_688);
        assert_eq!(round_nine(-50.000_976_562_5), -50.000_976_562);
        assert_eq!((round_nine(0.0), round_nine(5e-324), round_nine(4e-10)), (0.0, 0.0, 0.0));
    }

    #[test]
    fn a_shown_score_is_rounded_down() {
        for (score, expected) in
            [(79.96, 79.9), (80.0, 80.0), (57.3, 57.3), (0.3, 0.3), (99.999_999_999, 99.9)]
        {
            assert_eq!(shown(score), expected);
        }
    }

    proptest! {
        #[test]
        fn rounding_agrees_with_the_decimal_expansion(value in 0.0..=100.0_f64) {
            let expected: f64 = format!("{value:.9}").parse().expect("a number");
            prop_assert_eq!(round_nine(value).to_bits(), expected.to_bits());
        }

        #[test]
        fn rounding_ties_agrees_too(odd in 0_u32..51_200) {
            let value = f64::from(2 * odd + 1) / 1_024.0;
            let expected: f64 = format!("{value:.9}").parse().expect("a number");
            prop_assert_eq!(round_nine(value).to_bits(), expected.to_bits());
        }

        #[test]
        fn every_tenth_is_shown_as_itself(tenths in 0_u32..=1_000) {
            prop_assert_eq!(shown_tenths(f64::from(tenths) / 10.0), u64::from(tenths));
        }

        #[test]
        fn effective_weights_add_to_100_and_the_score_stays_inside(
            frequency in 0.0..=100.0_f64,
            others in prop::array::uniform4(prop::option::of(0.0..=100.0_f64)),
            cuts in prop::array::uniform4(0_u32..=99),
        ) {
            let mut cuts = cuts;
            cuts.sort_unstable();
            let [a, b, c, d] = cuts;
            let weights =
                Weights { frequency: 100 - d, quality: a, events: b - a, invites: c - b, violations: d - c };
            let values = values(frequency, others);
            let sum: f64 = effective_weights(&weights, &values).iter().filter_map(|(_, weight)| *weight).sum();
            prop_assert!((sum - 100.0).abs() < 1e-9);
            prop_assert!((0.0..=100.0).contains(&score(&weights, &values)));
        }
    }
}
