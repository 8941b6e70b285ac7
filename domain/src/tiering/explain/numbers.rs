//! The numbers of a sentence, as people read them.

use super::super::model::Dimension;
use super::super::score::shown;
use super::super::scorecard::Scorecard;
use crate::policy::TieringPolicy;

/// What the sentence of one dimension says.
pub(super) struct DimensionFacts {
    pub dimension: Dimension,
    /// The raw value.
    pub raw: f64,
    /// What it is worth of 100, one decimal, rounded down.
    pub worth: String,
    /// What it carries of the score, in percent.
    pub weight: String,
    /// The window, or for frequency the shorter membership, in days.
    pub days: i64,
    /// How long an invited person must have stayed, in days.
    pub retained_after: u32,
}

impl DimensionFacts {
    /// `None` where the dimension does not apply.
    pub(super) fn of(policy: &TieringPolicy, card: &Scorecard, dimension: Dimension) -> Option<Self> {
        let raw = (*card.raw.as_ref()?.get(dimension))?;
        let normalized = (*card.normalized.as_ref()?.get(dimension))?;
        let weight = (*card.weights.as_ref()?.get(dimension))?;
        let windows = &policy.windows;
        let days = match dimension {
            Dimension::Frequency => card.age_days.clamp(1, i64::from(windows.frequency.max(1))),
            Dimension::Quality => windows.quality.into(),
            Dimension::Events => windows.events.into(),
            Dimension::Invites => windows.invites.into(),
            Dimension::Violations => windows.violations.into(),
        };
        Some(Self {
            dimension,
            raw,
            worth: shown_text(normalized),
            weight: rounded(weight, 1),
            days,
            retained_after: windows.retained_after,
        })
    }
}

/// One decimal, rounded down: 79.96 never reads 80.0 (section 5).
pub(super) fn shown_text(score: f64) -> String {
    format!("{:.1}", shown(score))
}

/// At most so many decimals, none that is a trailing zero.
pub(super) fn rounded(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Whole weeks, where the days are some.
pub(super) const fn weeks(days: i64) -> Option<i64> {
    if days > 0 && days % 7 == 0 { Some(days / 7) } else { None }
}
