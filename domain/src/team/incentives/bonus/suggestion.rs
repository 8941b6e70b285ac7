//! What bonus is suggested: pure, from figures and policy.

use crate::access::Level;
use crate::codes::coded;
use crate::money::Money;
use crate::policy::BonusPolicy;
use crate::team::{Figure, Gap, Kpis};

coded! {
    /// A figure of a member.
    pub enum KpiKind {
        /// Cases a working day (M13).
        Cases = "CASES",
        /// The share of good ratings (M14).
        Satisfaction = "SATISFACTION",
        /// Contributions to events a week (M15).
        Contributions = "CONTRIBUTIONS",
    }
}

/// What a figure adds to a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BonusPart {
    /// Which figure.
    pub kind: KpiKind,
    /// What of the base it is worth when it reaches its target, in basis points.
    pub basis_points: u32,
    /// Whether it does, or why that is not known: what is not known adds nothing.
    pub is_met: Result<bool, Gap>,
    /// What it adds, in minor units, rounded down.
    pub minor_units: i64,
}

/// What bonus is suggested for a member and a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BonusSuggestion {
    /// The base of its rank.
    pub base: Money,
    /// What each figure adds to nothing.
    pub parts: Vec<BonusPart>,
    /// The sum of the parts in minor units, at most [`Money::MOST`]; 0 where none reaches its target.
    pub minor_units: i64,
}

/// What bonus is suggested for who had this weight and these figures: a part of the base of the rank
/// for each figure that reaches its target. None where the policy has no base for the rank, or the
/// member had none.
pub fn suggest(level: Option<Level>, kpis: &Kpis, policy: &BonusPolicy) -> Option<BonusSuggestion> {
    let base = i64::from(*policy.base.of_level(level?));
    let money = Money::new(base, policy.currency).ok()?;
    let part = |kind, basis_points: u32, figure: &Figure| {
        let is_met = figure.value.map(|value| value >= figure.target);
        let counted = if is_met == Ok(true) { base * i64::from(basis_points) / 10_000 } else { 0 };
        BonusPart { kind, basis_points, is_met, minor_units: counted }
    };
    let parts = vec![
        part(KpiKind::Cases, policy.parts.cases, &kpis.cases_per_day),
        part(KpiKind::Satisfaction, policy.parts.satisfaction, &kpis.satisfaction),
        part(KpiKind::Contributions, policy.parts.contributions, &kpis.contributions_per_week),
    ];
    let minor_units = parts.iter().map(|part| part.minor_units).sum::<i64>().min(Money::MOST);
    Some(BonusSuggestion { base: money, parts, minor_units })
}
