//! What is asked of staff (M6 to M15, M26).

use std::num::NonZeroU32;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use super::division::DivisionClaims;
use super::number;
use crate::codes::coded;
use crate::time::Timestamp;

/// What is asked of staff (M6 to M15, M26).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StaffPolicy {
    /// The days of the week that are worked on, in the order of the week.
    pub working_days: Vec<Workday>,
    /// What the figures are held against (M13 to M15).
    pub targets: StaffTargets,
    /// Ratings below which a share of them says nothing (M14), 1 to 10,000.
    pub min_ratings: u32,
    /// How long training counts (M10 to M12).
    pub training: TrainingPolicy,
    /// How much staff members ask for (M6). What was kept before it was there has the default.
    #[serde(default)]
    pub staffing: StaffingPolicy,
    /// What each way to divide the work is said to be good for (M7 to M9), likewise.
    #[serde(default)]
    pub divisions: DivisionClaims,
    /// How many stand ready for each group (M26), likewise.
    #[serde(default)]
    pub bench: BenchPolicy,
}

impl Default for StaffPolicy {
    fn default() -> Self {
        Self {
            working_days: vec![Workday::Mon, Workday::Tue, Workday::Wed, Workday::Thu, Workday::Fri],
            targets: StaffTargets { cases_per_day: 10.0, satisfaction: 0.9, contributions_per_week: 1.0 },
            min_ratings: 20,
            training: TrainingPolicy {
                grace_days: 30,
                product_days: 31,
                communication_days: 92,
                crisis_days: 92,
                tool_days: 0,
                remind_days: remind_days(),
            },
            staffing: StaffingPolicy::default(),
            divisions: DivisionClaims::default(),
            bench: BenchPolicy::default(),
        }
    }
}

coded! {
    /// A day of the week, as the policy writes it.
    pub enum Workday {
        /// Monday.
        Mon = "MON",
        /// Tuesday.
        Tue = "TUE",
        /// Wednesday.
        Wed = "WED",
        /// Thursday.
        Thu = "THU",
        /// Friday.
        Fri = "FRI",
        /// Saturday.
        Sat = "SAT",
        /// Sunday.
        Sun = "SUN",
    }
}

impl From<Weekday> for Workday {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Mon,
            Weekday::Tue => Self::Tue,
            Weekday::Wed => Self::Wed,
            Weekday::Thu => Self::Thu,
            Weekday::Fri => Self::Fri,
            Weekday::Sat => Self::Sat,
            Weekday::Sun => Self::Sun,
        }
    }
}

/// What the figures of a member are held against (M13 to M15).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StaffTargets {
    /// Cases handled a working day, 0 to 1,000 (M13).
    #[serde(serialize_with = "number::serialize")]
    pub cases_per_day: f64,
    /// The share of ratings of 4 and 5, 0 to 1 (M14).
    #[serde(serialize_with = "number::serialize")]
    pub satisfaction: f64,
    /// Contributions to events a week, 0 to 100 (M15).
    #[serde(serialize_with = "number::serialize")]
    pub contributions_per_week: f64,
}

/// How long training counts (M10 to M12). Months and quarters are as long as the longest, so that
/// who goes through a course on the same day of each does not fall behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingPolicy {
    /// Days in which a new course, or a new version of one, is to be gone through (M10), 0 to 3,650.
    pub grace_days: u32,
    /// Days for which a course about the product counts (M10), 0 to 3,650; 0 for ever.
    pub product_days: u32,
    /// Days for which a simulated conversation counts (M11), likewise.
    pub communication_days: u32,
    /// Days for which a review of crises counts (M12), likewise.
    pub crisis_days: u32,
    /// Days for which a course about the tool counts (K14), likewise.
    pub tool_days: u32,
    /// How many days before a course is to be gone through its members are reminded, 0 to 365; 0 when
    /// they are late. What was kept before it was there has the default.
    #[serde(default = "remind_days")]
    pub remind_days: u32,
}

fn remind_days() -> u32 {
    7
}

impl TrainingPolicy {
    /// The time in which something new is to be gone through, in milliseconds.
    pub fn grace(&self) -> i64 {
        i64::from(self.grace_days) * Timestamp::DAY
    }

    /// How long before it is due a training is reminded of, in milliseconds.
    pub fn ahead(&self) -> i64 {
        i64::from(self.remind_days) * Timestamp::DAY
    }

    /// So many days in milliseconds; none for 0, which is for ever.
    pub(crate) fn lasting(days: u32) -> Option<i64> {
        NonZeroU32::new(days).map(|days| i64::from(days.get()) * Timestamp::DAY)
    }
}

/// How much staff members ask for (M6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StaffingPolicy {
    /// Members whom one whole working time looks after, 1 to 100,000.
    pub members_per_fte: u32,
}

impl Default for StaffingPolicy {
    fn default() -> Self {
        Self { members_per_fte: 100 }
    }
}

/// How many stand ready for each group (M26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BenchPolicy {
    /// Owner candidates below whom a group is at risk, 0 to 100.
    pub min_successors: u32,
}

impl Default for BenchPolicy {
    fn default() -> Self {
        Self { min_successors: 1 }
    }
}
