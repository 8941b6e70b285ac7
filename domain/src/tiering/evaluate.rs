//! The evaluation of one scope and week.

use super::facts::{MemberFacts, ScopeFacts};
use super::model::{Band, Dimension, Dimensions, Tier};
use super::normalize::{Scale, curve, of_strikes};
use super::reason::{Reason, Reasons};
use super::score::{band, effective_weights, score};
use super::scorecard::Scorecard;
use super::stabilize::{Streaks, moved, stabilize};
use super::week::{Judged, Quota, WeekVerdict};
use crate::policy::{Mode, TieringPolicy};

/// Every member's scorecard, in the order of `members`.
pub fn evaluate(policy: &TieringPolicy, scope: &ScopeFacts, members: &[MemberFacts]) -> Vec<Scorecard> {
    let evaluation = Evaluation::prepare(policy, scope, members);
    members.iter().map(|member| evaluation.scorecard(member)).collect()
}

/// What has to be known of all members before one can be judged: the rankings.
///
/// [`evaluate`] in two steps, so that the scorecards of a large scope can be
/// written away as they are made.
pub struct Evaluation<'a> {
    policy: &'a TieringPolicy,
    scope: &'a ScopeFacts,
    /// Of each contribution dimension that applies to the scope.
    scales: Dimensions<Option<Scale<'a>>>,
    /// What does not apply to the scope.
    reasons: Reasons,
    quota: Option<Quota>,
}

/// A member's numbers.
struct Measured {
    raw: Dimensions<Option<f64>>,
    normalized: Dimensions<Option<f64>>,
    score: f64,
    band: Band,
}

/// Where a member stands after the week.
struct Placed {
    week_tier: Tier,
    tier: Tier,
    streaks: Streaks,
    reason: Reason,
}

impl<'a> Evaluation<'a> {
    /// Ranks all members who are evaluated.
    pub fn prepare(policy: &'a TieringPolicy, scope: &'a ScopeFacts, members: &[MemberFacts]) -> Self {
        let mut evaluation = Self {
            policy,
            scope,
            scales: Dimensions::from_fn(|_| None),
            reasons: scope.applicability.reasons(),
            quota: None,
        };
        let eligible = || members.iter().filter(|member| !evaluation.is_new(member));
        let scales = Dimensions::from_fn(|dimension| {
            let curve =
                curve(&policy.curves, dimension).filter(|_| scope.applicability.applies(dimension))?;
            let values = || eligible().filter_map(|member| evaluation.raw(dimension, member)).collect();
            Some(Scale::of(policy, curve, values))
        });
        evaluation.scales = scales;
        if policy.mode == Mode::Quota {
            let ranked =
                members.iter().filter(|member| !evaluation.is_new(member) && !evaluation.is_silent(member));
            let scores = ranked.map(|member| evaluation.measure(member).score).collect();
            evaluation.quota = Some(Quota::of(&policy.bands, scores));
        }
        evaluation
    }

    /// The scorecard of one of the members that were ranked.
    pub fn scorecard(&self, member: &MemberFacts) -> Scorecard {
        if self.is_new(member) { self.newcomer(member) } else { self.eligible(member) }
    }

    fn is_new(&self, member: &MemberFacts) -> bool {
        member.age_days < i64::from(self.policy.new_days)
    }

    fn is_silent(&self, member: &MemberFacts) -> bool {
        member.age_days >= i64::from(self.policy.silent_days)
            && self.scope.observed_long_enough
            && !member.sign_within_silent
    }

    fn newcomer(&self, member: &MemberFacts) -> Scorecard {
        // No score: it breaks no streak and begins none.
        let streaks = Streaks::before(member.previous.as_ref());
        Scorecard {
            person: member.person,
            age_days: member.age_days,
            raw: None,
            normalized: None,
            weights: None,
            score: None,
            band: None,
            week_tier: Tier::New,
            tier: member.pinned.unwrap_or(Tier::New),
            previous_tier: member.previous.map(|previous| previous.tier),
            watch: false,
            fading: false,
            silent: self.is_silent(member),
            new: true,
            fell_to_watch: false,
            counted_in_week: member.contribution.counted_in_week,
            pinned: member.pinned.is_some(),
            lower_than_core: streaks.core,
            lower_than_active: streaks.active,
            reasons: Reasons::from_iter([Reason::Newcomer]),
        }
    }

    fn eligible(&self, member: &MemberFacts) -> Scorecard {
        let silent = self.is_silent(member);
        let fading = !silent && !member.sign_within_fading;
        let measured = self.measure(member);
        let judged =
            Judged { contribution: &member.contribution, score: measured.score, band: measured.band };
        let week = judged.verdict(self.policy, self.scope.applicability, self.quota.as_ref());
        let placed = self.placed(member, silent, &week);
        let watch = measured.band == Band::Watch;

        let mut reasons = self.reasons.union(self.member_reasons(&measured.raw)).union(week.reasons);
        reasons.insert(Reason::of_band(measured.band));
        reasons.insert(placed.reason);
        if fading {
            reasons.insert(Reason::Fading);
        }
        Scorecard {
            person: member.person,
            age_days: member.age_days,
            raw: Some(measured.raw),
            normalized: Some(measured.normalized),
            weights: Some(effective_weights(&self.policy.weights, &measured.normalized)),
            score: Some(measured.score),
            band: Some(measured.band),
            week_tier: placed.week_tier,
            tier: placed.tier,
            previous_tier: member.previous.map(|previous| previous.tier),
            watch,
            fading,
            silent,
            new: false,
            // Who has no score to fall from did not fall.
            fell_to_watch: watch
                && !silent
                && member.previous.is_some_and(|previous| previous.tier != Tier::New && !previous.watch),
            counted_in_week: member.contribution.counted_in_week,
            pinned: member.pinned.is_some(),
            lower_than_core: placed.streaks.core,
            lower_than_active: placed.streaks.active,
            reasons,
        }
    }

    /// Pin, then silent, then the stabilized tier (section 7).
    fn placed(&self, member: &MemberFacts, silent: bool, week: &WeekVerdict) -> Placed {
        let previous = member.previous.as_ref();
        let before = Streaks::before(previous);
        let (week_tier, streaks) =
            if silent { (Tier::Silent, before) } else { (week.tier, before.with(week)) };
        let (tier, reason) = if silent {
            (Tier::Silent, Reason::Silent)
        } else {
            stabilize(previous, week_tier, streaks, self.policy.demote_after)
        };
        let Some(pinned) = member.pinned else { return Placed { week_tier, tier, streaks, reason } };
        let reason = match reason {
            Reason::Silent | Reason::First => reason,
            _ => previous.map_or(Reason::First, |previous| moved(previous.tier, pinned)),
        };
        Placed { week_tier, tier: pinned, streaks, reason }
    }

    fn member_reasons(&self, raw: &Dimensions<Option<f64>>) -> Reasons {
        let mut reasons = Reasons::default();
        for (dimension, scale) in self.scales.iter() {
            match (scale, raw.get(dimension)) {
                (Some(Scale::FewMembers(_)), Some(_)) => reasons.extend(Reason::few_members(dimension)),
                (Some(_), None) if dimension == Dimension::Events => reasons.insert(Reason::NoEventOpen),
                _ => {}
            }
        }
        reasons
    }

    fn measure(&self, member: &MemberFacts) -> Measured {
        let raw = Dimensions::from_fn(|dimension| self.raw(dimension, member));
        let normalized = raw.map(|dimension, value| match dimension {
            Dimension::Violations => value.map(|_| of_strikes(&self.policy.violation_scores, member.strikes)),
            _ => value.zip(self.scales.get(dimension).as_ref()).map(|(value, scale)| scale.normalize(value)),
        });
        let score = score(&self.policy.weights, &normalized);
        Measured { raw, normalized, score, band: band(&self.policy.cutoffs, score) }
    }

    /// The raw value, one division of two whole numbers (section 4); `None`
    /// where the dimension does not apply to the scope or to the member.
    fn raw(&self, dimension: Dimension, member: &MemberFacts) -> Option<f64> {
        if !self.scope.applicability.applies(dimension) {
            return None;
        }
        let done = &member.contribution;
        match dimension {
            Dimension::Frequency => {
                let days = member.age_days.clamp(1, i64::from(self.policy.windows.frequency.max(1)));
                Some((u64::from(done.counted) * 7) as f64 / days as f64)
            }
            Dimension::Quality => Some(f64::from(done.quality_hundredths) / 100.0),
            Dimension::Events => (done.open > 0).then(|| f64::from(done.attended) / f64::from(done.open)),
            Dimension::Invites => Some(f64::from(done.invited)),
            Dimension::Violations => Some(f64::from(member.strikes)),
        }
    }
}

#[cfg(test)]
#[path = "evaluate_tests.rs"]
mod tests;
