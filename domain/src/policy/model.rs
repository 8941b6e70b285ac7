//! The policy document (TIERING.md, section 9), typed.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::incentives::IncentivesPolicy;
use super::ladder::LadderPolicy;
use super::number::{self, Plain};
use super::staff::StaffPolicy;
use crate::time::Timestamp;

/// The whole document. Its default is the platform's default policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrgPolicy {
    /// How members are tiered.
    pub tiering: TieringPolicy,
    /// How long data is kept (Z6).
    pub retention: RetentionPolicy,
    /// How human tasks go on (Z9).
    pub tasks: TasksPolicy,
    /// What is asked of staff (M6 to M15, M26).
    pub staff: StaffPolicy,
    /// What is asked of who is to rise in rank (M16, M20).
    pub ladder: LadderPolicy,
    /// What staff is given beside its work (M22, M23, M25).
    pub incentives: IncentivesPolicy,
}

impl OrgPolicy {
    /// The document as JSON, whole numbers without a decimal point.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// How long data of each class is kept (Z6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetentionPolicy {
    /// Days after which a message's text is erased, 1 to 3,650.
    pub message_text_days: u32,
}

impl Default for RetentionPolicy {
    fn default() -> Self {
        Self { message_text_days: 180 }
    }
}

/// How human tasks go on (Z9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TasksPolicy {
    /// Hours after which an open task that is due goes to its backup, and after which it goes
    /// from there to the next rank, and so on; 1 to 720.
    pub escalate_after_hours: u32,
}

impl Default for TasksPolicy {
    fn default() -> Self {
        Self { escalate_after_hours: 4 }
    }
}

impl TasksPolicy {
    /// The same in milliseconds.
    pub fn patience(&self) -> i64 {
        i64::from(self.escalate_after_hours) * 3_600 * Timestamp::SECOND
    }
}

/// Everything that TIERING.md leaves to the policy; section numbers are its.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TieringPolicy {
    /// What the week's tier comes from (section 7).
    pub mode: Mode,
    /// How a raw value becomes 0 to 100 (section 6).
    pub normalization: Normalization,
    /// Members below which a ranking falls back to the curve (section 6).
    pub min_members: u32,
    /// What each dimension carries; they add to 100.
    pub weights: Weights,
    /// Which dimensions apply (section 5).
    pub applies: AppliesSettings,
    /// The curve of each dimension (section 6).
    pub curves: Curves,
    /// The value of 0, 1, 2 and at least 3 strikes, not rising.
    #[serde(serialize_with = "number::serialize_list")]
    pub violation_scores: [f64; 4],
    /// How far back each dimension looks (section 4).
    pub windows: Windows,
    /// Which messages count (section 4).
    pub counting: Counting,
    /// Where the bands begin (section 7).
    pub cutoffs: Cutoffs,
    /// Points below a cut-off within which a week is not lower (section 7).
    #[serde(serialize_with = "number::serialize")]
    pub hysteresis: f64,
    /// Lower evaluations in a row that lose a tier, at least 1 (section 7).
    pub demote_after: u32,
    /// Messages in the week that a tier asks for (section 7).
    pub floors: Floors,
    /// Days of membership during which a member is new (section 3).
    pub new_days: u32,
    /// Days without a sign of life that make a member silent (section 3).
    pub silent_days: u32,
    /// Days without a sign of life that make a member fading (section 3).
    pub fading_days: u32,
    /// The shares that a healthy group has (T3 to T6).
    pub bands: Bands,
}

impl Default for TieringPolicy {
    fn default() -> Self {
        Self {
            mode: Mode::Hybrid,
            normalization: Normalization::Curve,
            min_members: 30,
            weights: Weights { frequency: 30, quality: 25, events: 20, invites: 15, violations: 10 },
            applies: AppliesSettings {
                quality: ApplicabilitySetting::Auto,
                events: ApplicabilitySetting::Auto,
                invites: ApplicabilitySetting::Auto,
                violations: Switch::On,
            },
            curves: Curves::default(),
            violation_scores: [100.0, 50.0, 25.0, 0.0],
            windows: Windows {
                frequency: 28,
                quality: 28,
                events: 28,
                invites: 90,
                violations: 180,
                retained_after: 7,
            },
            counting: Counting { min_graphemes: 2, min_gap_seconds: 60, daily_cap: 20 },
            cutoffs: Cutoffs { core: 80.0, active: 60.0, ordinary: 40.0 },
            hysteresis: 3.0,
            demote_after: 2,
            floors: Floors { core: 5, active: 1 },
            new_days: 14,
            silent_days: 90,
            fading_days: 30,
            bands: Bands {
                core: ShareBand(5.0, 8.0),
                active: ShareBand(15.0, 20.0),
                ordinary: ShareBand(60.0, 70.0),
                silent: ShareBand(10.0, 15.0),
            },
        }
    }
}

/// What the week's tier comes from (section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// The score, with floors where it is a ranking.
    Hybrid,
    /// The score alone.
    Score,
    /// The guide's behavior rows (T8a, T9a).
    Behavior,
    /// The guide's shares.
    Quota,
}

/// How a raw value becomes 0 to 100 (section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Normalization {
    /// Along the policy's curves.
    Curve,
    /// By mid-rank percentile.
    Percentile,
    /// Between the lowest and the highest value.
    Minmax,
}

/// Whether a dimension applies (section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApplicabilitySetting {
    /// Always.
    On,
    /// Never.
    Off,
    /// When at least three persons had a value lately.
    Auto,
}

/// Whether violations count: there is nothing to observe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Switch {
    /// They do.
    On,
    /// They do not.
    Off,
}

/// What each dimension carries, whole numbers from 0 to 100 that add to 100 (T18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Weights {
    /// Messages a week, at least 1.
    pub frequency: u32,
    /// Accepted content and reactions.
    pub quality: u32,
    /// Events attended.
    pub events: u32,
    /// Members invited.
    pub invites: u32,
    /// A clean record.
    pub violations: u32,
}

/// Which dimensions apply (section 5); frequency always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppliesSettings {
    /// Content quality.
    pub quality: ApplicabilitySetting,
    /// Events.
    pub events: ApplicabilitySetting,
    /// Invites; see `EffectivePolicy::invites_setting` for `WeChat` and `WeCom`.
    pub invites: ApplicabilitySetting,
    /// Violations.
    pub violations: Switch,
}

/// Points `(x, y)`: x strictly rising from 0 or above, y not falling within 0 to 100.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Curve(pub Vec<(f64, f64)>);

impl Serialize for Curve {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(x, y)| [Plain(*x), Plain(*y)]))
    }
}

/// The curve of each contribution dimension (section 6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Curves {
    /// x in counted messages a week.
    pub frequency: Curve,
    /// x in items of 50 points, or tens of reacting persons.
    pub quality: Curve,
    /// x is the attended part of the open events.
    pub events: Curve,
    /// x in persons who stayed.
    pub invites: Curve,
}

impl Default for Curves {
    fn default() -> Self {
        Self {
            frequency: Curve(vec![(0.0, 0.0), (0.25, 40.0), (5.0, 60.0), (21.0, 80.0), (42.0, 100.0)]),
            quality: Curve(vec![(0.0, 50.0), (1.0, 75.0), (3.0, 100.0)]),
            events: Curve(vec![(0.0, 40.0), (0.5, 70.0), (1.0, 100.0)]),
            invites: Curve(vec![(0.0, 50.0), (1.0, 80.0), (3.0, 100.0)]),
        }
    }
}

/// Local days that each dimension looks back from asOf (section 4), at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Windows {
    /// Messages.
    pub frequency: u32,
    /// Items and reactions.
    pub quality: u32,
    /// Events.
    pub events: u32,
    /// Beginnings of invited memberships.
    pub invites: u32,
    /// Strikes.
    pub violations: u32,
    /// Days that an invited member must have stayed; shorter than `invites`.
    pub retained_after: u32,
}

/// Which messages count (section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Counting {
    /// The shortest message that counts, in extended grapheme clusters.
    pub min_graphemes: u32,
    /// Seconds between two messages that both count.
    pub min_gap_seconds: u32,
    /// The most messages of a member that count on a local day.
    pub daily_cap: u32,
}

/// Where the bands begin: 100 ≥ core > active > ordinary ≥ 0 (section 7).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cutoffs {
    /// Core is above this (T19).
    #[serde(serialize_with = "number::serialize")]
    pub core: f64,
    /// Active is from here to core (T20).
    #[serde(serialize_with = "number::serialize")]
    pub active: f64,
    /// Ordinary is from here to active (T21); below is watch (T22).
    #[serde(serialize_with = "number::serialize")]
    pub ordinary: f64,
}

/// Counted messages in the week that a tier asks for (section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Floors {
    /// For core.
    pub core: u32,
    /// For active, where one attended event does as well.
    pub active: u32,
}

/// Lowest and highest share in percent.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct ShareBand(pub f64, pub f64);

impl Serialize for ShareBand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number::serialize_list(&[self.0, self.1], serializer)
    }
}

/// The shares that a healthy group has (T3 to T6): minima add to at most 100,
/// maxima to at least 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bands {
    /// T3, of alive members.
    pub core: ShareBand,
    /// T4, of alive members.
    pub active: ShareBand,
    /// T5, of alive members.
    pub ordinary: ShareBand,
    /// T6, of eligible members.
    pub silent: ShareBand,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TIERING.md, section 9, Z6, Z9, M6 to M16, M20, M22, M23, M25 and M26.
    const DEFAULT: &str = r#"{"tiering":{"mode":"HYBRID","normalization":"CURVE","minMembers":30,"weights":{"frequency":30,"quality":25,"events":20,"invites":15,"violations":10},"applies":{"quality":"AUTO","events":"AUTO","invites":"AUTO","violations":"ON"},"curves":{"frequency":[[0,0],[0.25,40],[5,60],[21,80],[42,100]],"quality":[[0,50],[1,75],[3,100]],"events":[[0,40],[0.5,70],[1,100]],"invites":[[0,50],[1,80],[3,100]]},"violationScores":[100,50,25,0],"windows":{"frequency":28,"quality":28,"events":28,"invites":90,"violations":180,"retainedAfter":7},"counting":{"minGraphemes":2,"minGapSeconds":60,"dailyCap":20},"cutoffs":{"core":80,"active":60,"ordinary":40},"hysteresis":3,"demoteAfter":2,"floors":{"core":5,"active":1},"newDays":14,"silentDays":90,"fadingDays":30,"bands":{"core":[5,8],"active":[15,20],"ordinary":[60,70],"silent":[10,15]}},"retention":{"messageTextDays":180},"tasks":{"escalateAfterHours":4},"staff":{"workingDays":["MON","TUE","WED","THU","FRI"],"targets":{"casesPerDay":10,"satisfaction":0.9,"contributionsPerWeek":1},"minRatings":20,"training":{"graceDays":30,"productDays":31,"communicationDays":92,"crisisDays":92,"toolDays":0,"remindDays":7},"staffing":{"membersPerFte":100},"divisions":{"rotation":{"response":"AVERAGE","professionalism":"LOW","costControl":"EXCELLENT"},"dedicated":{"response":"FAST","professionalism":"HIGH","costControl":"POOR"},"mixed":{"response":"FAIRLY_FAST","professionalism":"MEDIUM_HIGH","costControl":"GOOD"}},"bench":{"minSuccessors":1}},"ladder":{"intern":{"months":1,"dutyDays":28},"junior":{"months":3,"dutyDays":84},"senior":{"months":6,"dutyDays":168},"kpis":{"cases":["ADMINISTRATOR","CUSTOMER_SERVICE"],"satisfaction":["ADMINISTRATOR","CUSTOMER_SERVICE"],"contributions":["ADMINISTRATOR","CONTENT_EDITOR","FACILITATOR","CROSS_PLATFORM_LEAD"]},"kpiMonths":1,"unknownKpis":"PASS","complaintDays":90,"againAfterDays":30},"incentives":{"titles":{"zh-CN":{"intern":"见习管家","junior":"社群管家","senior":"资深管家","ownerCandidate":"首席管家","owner":"群主"},"en":{"intern":"Apprentice","junior":"Steward","senior":"Senior Steward","ownerCandidate":"Chief Steward","owner":"Owner"}},"bonus":{"currency":"CNY","base":{"intern":0,"junior":0,"senior":0,"ownerCandidate":0,"owner":0},"parts":{"cases":4000,"satisfaction":3000,"contributions":3000}},"combined":{"check":"OFF","roles":["ADMINISTRATOR"]}}}"#;

    #[test]
    fn the_default_is_written_as_the_page_writes_it() {
        assert_eq!(serde_json::to_string(&OrgPolicy::default()).expect("JSON"), DEFAULT);
        assert_eq!(serde_json::from_str::<OrgPolicy>(DEFAULT).expect("a policy"), OrgPolicy::default());
    }
}
