//! From raw values to 0–100 (section 6).

use super::model::Dimension;
use crate::policy::{Curve, Curves, Normalization, TieringPolicy};

/// How the values of one dimension become 0 to 100 in one evaluation.
pub(super) enum Scale<'a> {
    /// Along the policy's curve.
    Curve(&'a Curve),
    /// Along the curve because there are too few members to rank.
    FewMembers(&'a Curve),
    /// By mid-rank percentile.
    Percentile(Ranks),
    /// Between two values.
    MinMax(f64, f64),
}

impl<'a> Scale<'a> {
    /// The scale for a contribution dimension, from the raw values of the
    /// eligible members for whom it applies, silent ones included, in any order.
    /// `values` is asked for only where the policy ranks.
    pub(super) fn of(policy: &'a TieringPolicy, curve: &'a Curve, values: impl FnOnce() -> Vec<f64>) -> Self {
        if policy.normalization == Normalization::Curve {
            return Self::Curve(curve);
        }
        let values = values();
        if (values.len() as u64) < u64::from(policy.min_members) {
            return Self::FewMembers(curve);
        }
        if policy.normalization == Normalization::Percentile {
            return Self::Percentile(Ranks::of(values));
        }
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self::MinMax(lowest, highest)
    }

    /// 0 to 100 for one raw value.
    pub(super) fn normalize(&self, raw: f64) -> f64 {
        match self {
            Self::Curve(curve) | Self::FewMembers(curve) => along(&curve.0, raw),
            Self::Percentile(ranks) => ranks.percentile(raw),
            Self::MinMax(lowest, highest) => between(*lowest, *highest, raw),
        }
    }
}

/// The curve of a contribution dimension; violations have none.
pub(super) const fn curve(curves: &Curves, dimension: Dimension) -> Option<&Curve> {
    match dimension {
        Dimension::Frequency => Some(&curves.frequency),
        Dimension::Quality => Some(&curves.quality),
        Dimension::Events => Some(&curves.events),
        Dimension::Invites => Some(&curves.invites),
        Dimension::Violations => None,
    }
}

/// The value of 0, 1, 2 and at least 3 strikes.
pub(super) fn of_strikes(scores: &[f64; 4], strikes: u32) -> f64 {
    match strikes {
        0 => scores[0],
        1 => scores[1],
        2 => scores[2],
        _ => scores[3],
    }
}

/// Straight between the points, flat outside.
fn along(points: &[(f64, f64)], x: f64) -> f64 {
    let next = points.partition_point(|(at, _)| *at <= x);
    match (next.checked_sub(1).and_then(|at| points.get(at)), points.get(next)) {
        (Some((x0, y0)), Some((x1, y1))) => y0 + (x - x0) * (y1 - y0) / (x1 - x0),
        (Some((_, y)), None) | (None, Some((_, y))) => *y,
        (None, None) => 0.0,
    }
}

fn between(lowest: f64, highest: f64, x: f64) -> f64 {
    if lowest < highest { 100.0 * (x - lowest) / (highest - lowest) } else { 50.0 }
}

/// The distinct values, rising, with how many members lie below and at each.
/// There are few of them even among a million members.
pub(super) struct Ranks {
    steps: Vec<Step>,
    members: usize,
}

struct Step {
    value: f64,
    below: usize,
    equal: usize,
}

impl Ranks {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let mut below = 0;
        let steps = values
            .chunk_by(|left, right| left.total_cmp(right).is_eq())
            .filter_map(|run| {
                let step = Step { value: *run.first()?, below, equal: run.len() };
                below += run.len();
                Some(step)
            })
            .collect();
        Self { steps, members: values.len() }
    }

    /// 100 · (members below + ½ · members equal) ÷ n.
    fn percentile(&self, value: f64) -> f64 {
        let (below, equal) = match self.steps.binary_search_by(|step| step.value.total_cmp(&value)) {
            Ok(at) => (self.steps[at].below, self.steps[at].equal),
            Err(at) => (self.steps.get(at).map_or(self.members, |step| step.below), 0),
        };
        100.0 * (below as f64 + 0.5 * equal as f64) / self.members as f64
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the arithmetic of the page is exact, and so are its examples")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The table of section 6, as raw value → normalized value.
    #[test]
    fn the_default_curves() {
        let curves = Curves::default();
        for (dimension, raw, normalized) in [
            (Dimension::Frequency, 0.0, 0.0),
            (Dimension::Frequency, 0.125, 20.0),
            (Dimension::Frequency, 0.25, 40.0),
            (Dimension::Frequency, 5.0, 60.0),
            (Dimension::Frequency, 12.0, 68.75),
            (Dimension::Frequency, 21.0, 80.0),
            (Dimension::Frequency, 99.0, 100.0),
            (Dimension::Quality, 0.0, 50.0),
            (Dimension::Quality, 2.0, 87.5),
            (Dimension::Events, 0.25, 55.0),
            (Dimension::Invites, 1.0, 80.0),
            (Dimension::Invites, 2.0, 90.0),
        ] {
            let points = &curve(&curves, dimension).expect("a curve").0;
            assert_eq!(along(points, raw), normalized, "{dimension} {raw}");
        }
    }

    #[test]
    fn a_curve_is_flat_outside() {
        let points = [(0.5, 10.0), (2.0, 45.0)];
        assert_eq!((along(&points, 0.0), along(&points, 0.5), along(&points, 9.0)), (10.0, 10.0, 45.0));
        assert_eq!(along(&[(3.0, 7.0)], 1.0), 7.0);
    }

    #[test]
    fn too_few_members_fall_back_to_the_curve() {
        let policy = TieringPolicy {
            normalization: Normalization::Minmax,
            min_members: 3,
            ..TieringPolicy::default()
        };
        let scale = |values: Vec<f64>| Scale::of(&policy, &policy.curves.events, || values).normalize(0.5);
        assert_eq!(scale(vec![0.0, 2.0]), 70.0);
        assert_eq!(scale(vec![0.0, 2.0, 0.0]), 25.0);
        assert_eq!(scale(vec![0.5; 3]), 50.0);
    }

    fn values() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec((0_u32..12).prop_map(|whole| f64::from(whole) * 7.0 / 28.0), 1..60)
    }

    proptest! {
        #[test]
        fn percentiles_average_50_and_keep_the_order(values in values()) {
            let ranks = Ranks::of(values.clone());
            let ranked: Vec<f64> = values.iter().map(|value| ranks.percentile(*value)).collect();
            let mean = ranked.iter().sum::<f64>() / ranked.len() as f64;
            prop_assert!((mean - 50.0).abs() < 1e-9);
            for (left, left_rank) in values.iter().zip(&ranked) {
                for (right, right_rank) in values.iter().zip(&ranked) {
                    prop_assert_eq!(left.total_cmp(right), left_rank.total_cmp(right_rank));
                }
            }
        }

        #[test]
        fn percentiles_are_what_the_page_says(values in values()) {
            let ranks = Ranks::of(values.clone());
            for value in &values {
                let below = values.iter().filter(|other| *other < value).count() as f64;
                let equal = values.iter().filter(|other| *other == value).count() as f64;
                prop_assert_eq!(ranks.percentile(*value), 100.0 * (below + 0.5 * equal) / values.len() as f64);
            }
        }

        #[test]
        fn min_max_stays_within_0_and_100(values in values()) {
            let normalization = Normalization::Minmax;
            let policy = TieringPolicy { normalization, min_members: 1, ..TieringPolicy::default() };
            let scale = Scale::of(&policy, &policy.curves.events, || values.clone());
            for value in values {
                prop_assert!((0.0..=100.0).contains(&scale.normalize(value)));
            }
        }

        #[test]
        fn a_curve_never_falls(left in 0.0..60.0_f64, right in 0.0..60.0_f64) {
            let points = &Curves::default().frequency.0;
            prop_assert!(left > right || along(points, left) <= along(points, right));
        }
    }
}
