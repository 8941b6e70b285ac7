//! Which dimensions apply to a scope (section 5).

use super::model::{Dimension, Dimensions};
use super::reason::{Reason, Reasons};
use crate::policy::{ApplicabilitySetting, Switch, TieringPolicy};

/// The persons with a value that `AUTO` asks for; fixed (section 9).
const ENOUGH: u32 = 3;

/// Whether one dimension applies to a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applies {
    /// It does.
    Yes,
    /// The policy, or its default for the platform, says it does not, or it has no weight.
    Off,
    /// `AUTO`, and fewer than three persons had a value lately.
    TooFewValues,
}

/// Distinct persons with a value in the 90 local days before the first day of
/// the month that contains asOf (section 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// With an accepted item.
    pub quality: u32,
    /// With an attendance row.
    pub events: u32,
    /// Named by another person's earliest join row.
    pub invites: u32,
}

/// Whether each dimension applies to a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Applicability(pub Dimensions<Applies>);

impl Applicability {
    /// Whether a dimension applies.
    pub fn applies(&self, dimension: Dimension) -> bool {
        *self.0.get(dimension) == Applies::Yes
    }

    /// The dimensions that apply, for the notice `DIMENSIONS_CHANGED`.
    pub fn applicable(&self) -> impl Iterator<Item = Dimension> + '_ {
        Dimension::ALL.into_iter().filter(|dimension| self.applies(*dimension))
    }

    /// Why the others do not: `OFF(d)` and `TOO_FEW_VALUES(d)`.
    pub(super) fn reasons(self) -> Reasons {
        let mut reasons = Reasons::default();
        for (dimension, applies) in self.0.iter() {
            let reason = match applies {
                Applies::Yes => None,
                Applies::Off => Reason::off(dimension),
                Applies::TooFewValues => Reason::too_few_values(dimension),
            };
            reasons.extend(reason);
        }
        reasons
    }
}

/// Which dimensions apply, by the policy and by what was observed.
///
/// `invites` stands apart from the policy, whose default depends on the
/// platform: see `EffectivePolicy::invites_setting`.
pub fn applicability(
    policy: &TieringPolicy,
    invites: ApplicabilitySetting,
    observed: Observed,
) -> Applicability {
    let violations = match policy.applies.violations {
        Switch::On if policy.weights.violations > 0 => Applies::Yes,
        _ => Applies::Off,
    };
    Applicability(Dimensions {
        frequency: Applies::Yes,
        quality: decide(policy.weights.quality, policy.applies.quality, observed.quality),
        events: decide(policy.weights.events, policy.applies.events, observed.events),
        invites: decide(policy.weights.invites, invites, observed.invites),
        violations,
    })
}

const fn decide(weight: u32, setting: ApplicabilitySetting, persons: u32) -> Applies {
    match setting {
        _ if weight == 0 => Applies::Off,
        ApplicabilitySetting::Off => Applies::Off,
        ApplicabilitySetting::On => Applies::Yes,
        ApplicabilitySetting::Auto if persons >= ENOUGH => Applies::Yes,
        ApplicabilitySetting::Auto => Applies::TooFewValues,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_the_weight_and_three_persons_decide() {
        use ApplicabilitySetting::{Auto, Off, On};
        for (weight, setting, persons, applies) in [
            (20, Auto, 2, Applies::TooFewValues),
            (20, Auto, 3, Applies::Yes),
            (20, On, 0, Applies::Yes),
            (20, Off, 9, Applies::Off),
            (0, On, 9, Applies::Off),
            (0, Auto, 0, Applies::Off),
        ] {
            assert_eq!(decide(weight, setting, persons), applies, "{weight} {setting:?} {persons}");
        }
    }

    #[test]
    fn the_reasons_name_what_does_not_apply() {
        let mut policy = TieringPolicy::default();
        policy.applies.violations = Switch::Off;
        let observed = Observed { quality: 3, ..Observed::default() };
        let found = applicability(&policy, ApplicabilitySetting::Off, observed);
        assert_eq!(found.reasons().to_text(), "OFF(invites) OFF(violations) TOO_FEW_VALUES(events)");
        assert_eq!(found.applicable().collect::<Vec<_>>(), [Dimension::Frequency, Dimension::Quality]);
    }
}
