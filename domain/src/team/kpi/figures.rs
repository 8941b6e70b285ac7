use std::collections::BTreeSet;

use chrono::NaiveDate;

use serde::{Deserialize, Serialize};

use super::{Interval, Period, Tally, wilson};
use crate::access::{Level, Rank};
use crate::codes::coded;
use crate::policy::StaffPolicy;

coded! {
    /// Why a figure has no value.
    pub enum Gap {
        /// No day of the period has ended on which the member would have worked.
        NoDays = "NO_DAYS",
        /// Nobody recorded facts of this kind in the period, of anybody: what the member did is not
        /// known.
        NotRecorded = "NOT_RECORDED",
        /// There are too few to say anything (M14).
        Insufficient = "INSUFFICIENT",
    }
}

/// One figure of a member.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The value, or why there is none.
    pub value: Result<f64, Gap>,
    /// The 95 % interval of a share; none of what was counted whole.
    pub interval: Option<Interval>,
    /// How many facts it is made of.
    pub n: u32,
    /// What it is held against.
    pub target: f64,
}

impl Figure {
    /// Whether it reaches its target; none where it has no value.
    pub fn is_met(&self) -> Option<bool> {
        self.value.ok().map(|value| value >= self.target)
    }
}

/// Of which kinds somebody recorded facts, of anybody, in the period: without any, that a member has
/// none means nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Cases.
    pub cases: bool,
    /// Contributions to events.
    pub contributions: bool,
}

/// The figures of a member in a period (M13 to M15).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kpis {
    /// The days that they are of.
    pub period: Period,
    /// How many of these were worked on.
    pub working_days: u32,
    /// Distinct cases that were handled and not opened again, a working day (M13).
    pub cases_per_day: Figure,
    /// The share of ratings of 4 and 5, 0 to 1 (M14).
    pub satisfaction: Figure,
    /// Contributions to events a week (M15).
    pub contributions_per_week: Figure,
}

/// The figures of a member: from what it did in the period, of what `level` it was at its end, and
/// without the days that it was not there. Who is below senior contributes as a helper too (Q21).
pub fn kpis(
    tally: &Tally,
    seen: Seen,
    period: Period,
    excluded: &BTreeSet<NaiveDate>,
    level: Option<Level>,
    policy: &StaffPolicy,
) -> Kpis {
    let working_days = period.working_days(policy, excluded);
    let contributed = if plans_alone(level) { tally.planned } else { tally.planned + tally.helped };
    let weeks = f64::from(period.days(excluded)) / 7.0;
    Kpis {
        period,
        working_days,
        cases_per_day: rate(tally.cases, f64::from(working_days), seen.cases, policy.targets.cases_per_day),
        satisfaction: satisfaction(tally, policy),
        contributions_per_week: rate(
            contributed,
            weeks,
            seen.contributions,
            policy.targets.contributions_per_week,
        ),
    }
}

/// Whether somebody plans events without help (M18): from senior on.
fn plans_alone(level: Option<Level>) -> bool {
    level >= Some(Level::Ranked(Rank::Senior))
}

fn rate(n: u32, time: f64, is_seen: bool, target: f64) -> Figure {
    let value = if time <= 0.0 {
        Err(Gap::NoDays)
    } else if !is_seen {
        Err(Gap::NotRecorded)
    } else {
        Ok(f64::from(n) / time)
    };
    Figure { value, interval: None, n, target }
}

/// The share of ratings of 4 and 5.
pub(in crate::team) fn satisfaction(tally: &Tally, policy: &StaffPolicy) -> Figure {
    let n = tally.ratings;
    let interval = wilson(tally.good_ratings, n).filter(|_| n >= policy.min_ratings);
    let value = if interval.is_some() {
        Ok(f64::from(tally.good_ratings) / f64::from(n))
    } else {
        Err(Gap::Insufficient)
    };
    Figure { value, interval, n, target: policy.targets.satisfaction }
}
