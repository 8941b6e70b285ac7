//! One noisy week moves nobody (T28; section 7).

use super::facts::Previous;
use super::model::Tier;
use super::reason::Reason;
use super::week::WeekVerdict;

/// Evaluations in a row that were lower than a tier.
///
/// Only evaluations with a score that were not silent count: through the others
/// a streak is carried unchanged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Streaks {
    pub core: u16,
    pub active: u16,
}

impl Streaks {
    /// Those of the evaluation before.
    pub(super) fn before(previous: Option<&Previous>) -> Self {
        previous.map_or_else(Self::default, |previous| Self {
            core: previous.lower_than_core,
            active: previous.lower_than_active,
        })
    }

    /// Those with this week in them.
    pub(super) fn with(self, week: &WeekVerdict) -> Self {
        let next = |streak: u16, lower: bool| if lower { streak.saturating_add(1) } else { 0 };
        Self {
            core: next(self.core, week.lower_than_core),
            active: next(self.active, week.lower_than_active),
        }
    }

    const fn lower_than(self, tier: Tier) -> u16 {
        match tier {
            Tier::Core => self.core,
            Tier::Active => self.active,
            Tier::Ordinary | Tier::Silent | Tier::New => 0,
        }
    }

    fn has_lost(self, tier: Tier, demote_after: u32) -> bool {
        tier != Tier::Ordinary && u32::from(self.lower_than(tier)) >= demote_after
    }
}

/// The stabilized tier and why, for a member who is neither new nor silent.
/// `streaks` has this week in it.
pub(super) fn stabilize(
    previous: Option<&Previous>,
    week: Tier,
    streaks: Streaks,
    demote_after: u32,
) -> (Tier, Reason) {
    let Some(previous) = previous else { return (week, Reason::First) };
    match previous.tier {
        Tier::New => (week, Reason::First),
        // A pin that has ended holds nothing, and neither does silence.
        held if previous.pinned || held == Tier::Silent => (week, moved(held, week)),
        held if !held.is_above(week) => (week, moved(held, week)),
        held => hold(held, streaks, demote_after),
    }
}

/// Why a tier stands where the week's tier was taken at once, or a pin holds.
pub(super) fn moved(before: Tier, now: Tier) -> Reason {
    if now.is_above(before) {
        Reason::Up
    } else if before.is_above(now) {
        Reason::Down
    } else {
        Reason::Same
    }
}

/// The highest tier from `held` down that is not lost; the week's is below it.
fn hold(held: Tier, streaks: Streaks, demote_after: u32) -> (Tier, Reason) {
    let kept = [Tier::Core, Tier::Active]
        .into_iter()
        .find(|tier| !tier.is_above(held) && !streaks.has_lost(*tier, demote_after))
        .unwrap_or(Tier::Ordinary);
    let reason = if kept != held {
        Reason::Down
    } else if streaks.lower_than(held) == 0 {
        Reason::HeldHysteresis
    } else {
        Reason::HeldFirstLowerWeek
    };
    (kept, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::TieringPolicy;
    use crate::tiering::fixtures::{ALL, contribution};
    use crate::tiering::score::band;
    use crate::tiering::week::Judged;
    use proptest::prelude::*;

    const TIERS: [Tier; 3] = [Tier::Ordinary, Tier::Active, Tier::Core];

    fn previous(tier: Tier) -> Previous {
        Previous { tier, pinned: false, lower_than_core: 0, lower_than_active: 0, watch: false }
    }

    /// The tiers and reasons of a member with these scores, week by week.
    fn weeks(scores: &[f64], demote_after: u32) -> Vec<(Tier, &'static str)> {
        let policy = TieringPolicy { demote_after, ..TieringPolicy::default() };
        let done = contribution(9);
        let mut before: Option<Previous> = None;

        scores
            .iter()
            .map(|score| {
                let judged =
                    Judged { contribution: &done, score: *score, band: band(&policy.cutoffs, *score) };
                let week = judged.verdict(&policy, ALL, None);
                let streaks = Streaks::before(before.as_ref()).with(&week);
                let (tier, reason) = stabilize(before.as_ref(), week.tier, streaks, demote_after);
                before = Some(Previous {
                    lower_than_core: streaks.core,
                    lower_than_active: streaks.active,
                    ..previous(tier)
                });
                (tier, reason.code())
            })
            .collect()
    }

    #[test]
    fn a_tier_is_lost_after_two_lower_weeks_in_a_row() {
        use Tier::{Active, Core, Ordinary};
        assert_eq!(
            weeks(&[90.0, 78.0, 70.0, 78.0, 70.0, 70.0, 59.0, 57.0, 50.0, 50.0, 90.0, 50.0, 50.0], 2),
            [
                (Core, "FIRST"),
                (Core, "HELD_HYSTERESIS"),
                (Core, "HELD_FIRST_LOWER_WEEK"),
                (Core, "HELD_HYSTERESIS"),
                (Core, "HELD_FIRST_LOWER_WEEK"),
                (Active, "DOWN"),
                (Active, "HELD_HYSTERESIS"),
                (Active, "HELD_HYSTERESIS"),
                (Active, "HELD_FIRST_LOWER_WEEK"),
                (Ordinary, "DOWN"),
                (Core, "UP"),
                (Core, "HELD_FIRST_LOWER_WEEK"),
                (Ordinary, "DOWN"),
            ]
        );
        assert_eq!(
            weeks(&[90.0, 50.0, 70.0, 50.0, 50.0], 3),
            [
                (Core, "FIRST"),
                (Core, "HELD_FIRST_LOWER_WEEK"),
                (Core, "HELD_FIRST_LOWER_WEEK"),
                (Active, "DOWN"),
                (Active, "HELD_FIRST_LOWER_WEEK"),
            ]
        );
        assert_eq!(weeks(&[90.0, 76.0, 50.0], 1), [(Core, "FIRST"), (Active, "DOWN"), (Ordinary, "DOWN")]);
    }

    #[test]
    fn silence_newness_and_an_ended_pin_hold_nothing() {
        let streaks = Streaks::default();
        let pinned = Previous { pinned: true, ..previous(Tier::Core) };
        for (before, week, reason) in [
            (None, Tier::Ordinary, Reason::First),
            (Some(previous(Tier::New)), Tier::Core, Reason::First),
            (Some(previous(Tier::Silent)), Tier::Ordinary, Reason::Up),
            (Some(pinned), Tier::Ordinary, Reason::Down),
            (Some(pinned), Tier::Core, Reason::Same),
        ] {
            assert_eq!(stabilize(before.as_ref(), week, streaks, 2), (week, reason), "{before:?}");
        }
    }

    fn any_tier() -> impl Strategy<Value = Tier> {
        prop::sample::select(TIERS.to_vec())
    }

    proptest! {
        #[test]
        fn promotion_is_at_once(
            held in any_tier(), week in any_tier(), core in 0_u16..9, active in 0_u16..9, after in 1_u32..6,
        ) {
            let (tier, _) = stabilize(Some(&previous(held)), week, Streaks { core, active }, after);
            prop_assert!(!week.is_above(held) || tier == week);
        }

        #[test]
        fn only_lost_tiers_are_left(held in any_tier(), core in 0_u16..9, active in 0_u16..9, after in 1_u32..6) {
            let streaks = Streaks { core, active };
            let (tier, reason) = stabilize(Some(&previous(held)), Tier::Ordinary, streaks, after);
            prop_assert!(!tier.is_above(held));
            for left in TIERS.into_iter().filter(|each| each.is_above(tier) && !each.is_above(held)) {
                prop_assert!(streaks.has_lost(left, after));
            }
            prop_assert!(!streaks.has_lost(tier, after));
            prop_assert_eq!(reason == Reason::Down, held.is_above(tier));
        }

        #[test]
        fn a_tier_never_falls_below_the_weeks(
            scores in prop::collection::vec(0.0..=100.0_f64, 1..30), after in 1_u32..4,
        ) {
            let cutoffs = TieringPolicy::default().cutoffs;
            for (score, (tier, _)) in scores.iter().zip(weeks(&scores, after)) {
                prop_assert!(!band(&cutoffs, *score).tier().is_above(tier));
            }
        }
    }
}
