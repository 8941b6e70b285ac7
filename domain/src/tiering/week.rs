//! The tier of one week alone, and what it is lower than (section 7).

use super::applicability::Applicability;
use super::facts::Contribution;
use super::model::{Band, Dimension, Tier};
use super::reason::{Reason, Reasons};
use super::score::round_nine;
use crate::policy::{Bands, Mode, Normalization, TieringPolicy};

/// T8a: counted messages that make a day of core behavior.
const CORE_MESSAGES_A_DAY: u16 = 3;
/// T8a: such days in the ISO week.
const CORE_DAYS: usize = 5;
/// T9a: counted messages in the week.
const ACTIVE_MESSAGES: u32 = 5;

/// What one week says of a member who has a score and is not silent.
pub(super) struct WeekVerdict {
    /// Core, active or ordinary.
    pub tier: Tier,
    pub lower_than_core: bool,
    pub lower_than_active: bool,
    /// The floors that failed.
    pub reasons: Reasons,
}

/// What is judged.
pub(super) struct Judged<'a> {
    pub contribution: &'a Contribution,
    pub score: f64,
    pub band: Band,
}

impl Judged<'_> {
    pub(super) fn verdict(
        &self,
        policy: &TieringPolicy,
        applicability: Applicability,
        quota: Option<&Quota>,
    ) -> WeekVerdict {
        match (policy.mode, quota) {
            (Mode::Behavior, _) => self.by_behavior(applicability),
            (Mode::Quota, Some(quota)) => self.by_rank(quota),
            (Mode::Hybrid | Mode::Score | Mode::Quota, _) => self.by_score(policy),
        }
    }

    fn by_score(&self, policy: &TieringPolicy) -> WeekVerdict {
        let floors = policy.mode == Mode::Hybrid && policy.normalization != Normalization::Curve;
        let written = self.contribution.counted_in_week;
        let core_floor = !floors || written >= policy.floors.core;
        let active_floor = !floors || written >= policy.floors.active || self.contribution.attended >= 1;
        let mut reasons = Reasons::default();
        let mut tier = self.band.tier();
        if tier == Tier::Core && !core_floor {
            reasons.insert(Reason::FloorCore);
            tier = Tier::Active;
        }
        if tier == Tier::Active && !active_floor {
            reasons.insert(Reason::FloorActive);
            tier = Tier::Ordinary;
        }
        // The margins are rounded as scores are: 80.3 − 3.1 is to mean 77.2.
        let core_margin = round_nine(policy.cutoffs.core - policy.hysteresis);
        let active_margin = round_nine(policy.cutoffs.active - policy.hysteresis);
        WeekVerdict {
            tier,
            lower_than_core: self.score <= core_margin || !core_floor,
            lower_than_active: self.score < active_margin || !active_floor,
            reasons,
        }
    }

    fn by_behavior(&self, applicability: Applicability) -> WeekVerdict {
        let done = self.contribution;
        let days = done.counted_by_weekday.iter().filter(|day| **day >= CORE_MESSAGES_A_DAY).count();
        let invited = !applicability.applies(Dimension::Invites) || done.invited >= 1;
        let core = days >= CORE_DAYS && invited;
        let active = done.counted_in_week >= ACTIVE_MESSAGES;
        let tier = if core {
            Tier::Core
        } else if active {
            Tier::Active
        } else {
            Tier::Ordinary
        };
        WeekVerdict { tier, lower_than_core: !core, lower_than_active: !active, reasons: Reasons::default() }
    }

    fn by_rank(&self, quota: &Quota) -> WeekVerdict {
        let tier = quota.tier(self.score);
        WeekVerdict {
            tier,
            lower_than_core: Tier::Core.is_above(tier),
            lower_than_active: Tier::Active.is_above(tier),
            reasons: Reasons::default(),
        }
    }
}

/// The scores above which a member is core or active, in `QUOTA`.
pub(super) struct Quota {
    core_above: f64,
    active_above: f64,
}

impl Quota {
    /// From the scores of the eligible members who are not silent.
    pub(super) fn of(bands: &Bands, mut scores: Vec<f64>) -> Self {
        scores.sort_unstable_by(|left, right| right.total_cmp(left));
        let [core, active] = boundaries(bands, scores.len());
        // Whoever ties with the first one outside stands outside too.
        let above = |places: usize| scores.get(places).copied().unwrap_or(f64::NEG_INFINITY);
        Self { core_above: above(core), active_above: above(active) }
    }

    fn tier(&self, score: f64) -> Tier {
        if score > self.core_above {
            Tier::Core
        } else if score > self.active_above {
            Tier::Active
        } else {
            Tier::Ordinary
        }
    }
}

/// ⌊n · cumulative share⌋ for core and active, by the midpoints of the bands.
///
/// In millionths of a percent, so that a product which is a whole number is not
/// missed by a rounding: 178 members at 6.5 : 17.5 : 65 give exactly 13 and 48.
fn boundaries(bands: &Bands, members: usize) -> [usize; 2] {
    let [core, active, ordinary] =
        [bands.core, bands.active, bands.ordinary].map(|band| millionths(band.0 + band.1));
    let all = core + active + ordinary;
    let place = |share: u128| {
        let exact = (members as u128 * share).checked_div(all).unwrap_or(0);
        usize::try_from(exact).unwrap_or(members)
    };
    [place(core), place(core + active)]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is between 0 and 200")]
fn millionths(percent: f64) -> u128 {
    (percent * 1e6).round() as u128
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::ShareBand;
    use crate::tiering::fixtures::{ALL, CHAT_ALONE, contribution};
    use proptest::prelude::*;

    fn hybrid_percentile() -> TieringPolicy {
        TieringPolicy { normalization: Normalization::Percentile, ..TieringPolicy::default() }
    }

    fn judge(policy: &TieringPolicy, score: f64, contribution: &Contribution) -> WeekVerdict {
        let band = crate::tiering::score::band(&policy.cutoffs, score);
        Judged { contribution, score, band }.verdict(policy, ALL, None)
    }

    #[test]
    fn floors_lower_a_band_step_by_step() {
        for (score, written, attended, tier, reasons) in [
            (90.0, 5, 0, Tier::Core, ""),
            (90.0, 4, 0, Tier::Active, "FLOOR_CORE"),
            (90.0, 0, 1, Tier::Active, "FLOOR_CORE"),
            (90.0, 0, 0, Tier::Ordinary, "FLOOR_ACTIVE FLOOR_CORE"),
            (70.0, 0, 0, Tier::Ordinary, "FLOOR_ACTIVE"),
            (70.0, 1, 0, Tier::Active, ""),
            (50.0, 0, 0, Tier::Ordinary, ""),
        ] {
            let done = Contribution { attended, ..contribution(written) };
            let verdict = judge(&hybrid_percentile(), score, &done);
            assert_eq!(
                (verdict.tier, verdict.reasons.to_text().as_str()),
                (tier, reasons),
                "{score} {written}"
            );
            let without = judge(&TieringPolicy::default(), score, &done);
            assert_eq!(without.reasons, Reasons::default(), "no floors under curves");
        }
    }

    #[test]
    fn a_week_is_lower_from_three_points_below() {
        let done = contribution(9);
        for (score, core, active) in [
            (77.000_000_001, false, false),
            (77.0, true, false),
            (57.0, true, false),
            (56.999_999_999, true, true),
        ] {
            let verdict = judge(&TieringPolicy::default(), score, &done);
            assert_eq!((verdict.lower_than_core, verdict.lower_than_active), (core, active), "{score}");
        }
        let failing = judge(&hybrid_percentile(), 95.0, &contribution(0));
        assert!(failing.lower_than_core && failing.lower_than_active);
    }

    #[test]
    fn behavior_reads_the_guides_rows() {
        let policy = TieringPolicy { mode: Mode::Behavior, ..TieringPolicy::default() };
        let row = |days: [u16; 7], invited: u32, applicability: Applicability| {
            let counted_in_week = days.iter().map(|day| u32::from(*day)).sum();
            let done = Contribution {
                counted_in_week,
                counted_by_weekday: days,
                invited,
                ..Contribution::default()
            };
            Judged { contribution: &done, score: 10.0, band: Band::Watch }
                .verdict(&policy, applicability, None)
                .tier
        };
        assert_eq!(row([3, 3, 3, 3, 3, 0, 0], 1, ALL), Tier::Core);
        assert_eq!(row([3, 3, 3, 3, 3, 0, 0], 0, ALL), Tier::Active);
        assert_eq!(row([3, 3, 3, 3, 3, 0, 0], 0, CHAT_ALONE), Tier::Core);
        assert_eq!(row([20, 20, 20, 20, 2, 2, 2], 1, ALL), Tier::Active);
        assert_eq!(row([5, 0, 0, 0, 0, 0, 0], 1, ALL), Tier::Active);
        assert_eq!(row([4, 0, 0, 0, 0, 0, 0], 1, ALL), Tier::Ordinary);
    }

    #[test]
    fn quota_boundaries_are_exact() {
        let bands = TieringPolicy::default().bands;
        assert_eq!(boundaries(&bands, 178), [13, 48]);
        assert_eq!(boundaries(&bands, 177), [12, 47]);
        assert_eq!(boundaries(&bands, 0), [0, 0]);
        let tenths = Bands { core: ShareBand(0.1, 0.2), active: ShareBand(0.3, 0.3), ..bands };
        assert_eq!(boundaries(&Bands { ordinary: ShareBand(99.2, 99.9), ..tenths }, 1_000), [1, 4]);
        let none = ShareBand(0.0, 0.0);
        assert_eq!(boundaries(&Bands { core: none, active: none, ordinary: none, ..bands }, 9), [0, 0]);
    }

    #[test]
    fn equal_scores_at_a_boundary_go_to_the_lower_tier() {
        let bands = Bands {
            core: ShareBand(20.0, 20.0),
            active: ShareBand(40.0, 40.0),
            ordinary: ShareBand(40.0, 40.0),
            silent: ShareBand(0.0, 0.0),
        };
        let tiers = |scores: [f64; 5]| {
            let quota = Quota::of(&bands, scores.to_vec());
            scores
                .map(|score| quota.tier(score).code().chars().next().unwrap_or(' '))
                .iter()
                .collect::<String>()
        };
        assert_eq!(tiers([9.0, 8.0, 7.0, 6.0, 5.0]), "CAAOO");
        assert_eq!(tiers([9.0, 9.0, 7.0, 6.0, 5.0]), "AAAOO");
        assert_eq!(tiers([9.0, 8.0, 7.0, 7.0, 5.0]), "CAOOO");
        assert_eq!(tiers([9.0; 5]), "OOOOO");
    }

    proptest! {
        #[test]
        fn the_weeks_tier_never_falls_as_the_score_rises(
            low in 0.0..=100.0_f64, high in 0.0..=100.0_f64, written in 0_u32..8, ranked: bool,
        ) {
            let (low, high) = if low <= high { (low, high) } else { (high, low) };
            let policy = if ranked { hybrid_percentile() } else { TieringPolicy::default() };
            let done = contribution(written);
            let (low, high) = (judge(&policy, low, &done), judge(&policy, high, &done));
            prop_assert!(!low.tier.is_above(high.tier));
            prop_assert!(low.lower_than_core >= high.lower_than_core);
            prop_assert!(low.lower_than_active >= high.lower_than_active);
        }

        #[test]
        fn no_week_is_lower_than_its_own_tier(score in 0.0..=100.0_f64, written in 0_u32..8, ranked: bool) {
            let policy = if ranked { hybrid_percentile() } else { TieringPolicy::default() };
            let verdict = judge(&policy, score, &contribution(written));
            prop_assert!(verdict.tier != Tier::Core || !verdict.lower_than_core);
            prop_assert!(verdict.tier == Tier::Ordinary || !verdict.lower_than_active);
        }
    }
}
