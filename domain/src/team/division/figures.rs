use std::collections::{BTreeSet, HashMap};

use super::DivisionMode;
use crate::id::{CommunityId, GroupId};
use crate::policy::{DivisionClaim, StaffPolicy};
use crate::team::kpi::satisfaction;
use crate::team::staffing::count;
use crate::team::{Interval, Period, Seen, StaffingGap, Tally, whole};

/// A group at the end of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DividedGroup {
    /// Which.
    pub group: GroupId,
    /// Its community.
    pub community: Option<CommunityId>,
    /// How the work in it was divided.
    pub mode: Option<DivisionMode>,
    /// How many members it had; none where nothing of them was recorded.
    pub members: Option<u64>,
    /// What was assigned at the group itself, in basis points.
    pub share: u64,
}

/// What was done in a period.
#[derive(Clone, Debug)]
pub struct WorkOfMonth {
    /// The days.
    pub period: Period,
    /// What was assigned at communities at its end, in basis points.
    pub communities: HashMap<CommunityId, u64>,
    /// The facts about what staff did in each group.
    pub tallies: HashMap<GroupId, Tally>,
    /// Of which kinds there were facts, of anybody.
    pub seen: Seen,
}

/// One figure of a way to divide the work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DivisionFigure {
    /// The value, or why there is none.
    pub value: Result<f64, StaffingGap>,
    /// The 95 % interval of a share; none of what was counted whole.
    pub interval: Option<Interval>,
    /// How many groups, ratings or cases it is made of.
    pub n: u32,
}

impl DivisionFigure {
    const fn none(gap: StaffingGap) -> Self {
        Self { value: Err(gap), interval: None, n: 0 }
    }
}

/// A way to divide the work: what is said of it, and what was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Division {
    /// Which.
    pub mode: DivisionMode,
    /// What the policy says that it is good for.
    pub claim: DivisionClaim,
    /// How many groups are divided so.
    pub groups: u32,
    /// What it costs: the median, over groups with members, of whole working times for 100 members.
    pub fte_per_100_members: DivisionFigure,
    /// The share of ratings of 4 and 5 in these groups (M14).
    pub satisfaction: DivisionFigure,
    /// Cases that were handled and stayed so, a working day and a whole working time (M13).
    pub cases_per_day_per_fte: DivisionFigure,
    /// Minutes until members are answered.
    pub response_minutes: DivisionFigure,
}

/// The three ways to divide the work, each by what was measured in its groups (M7 to M9). `groups` are
/// those that are divided, and all others in their communities: what is assigned at a community
/// serves each of its groups by how many members that has.
pub fn divisions(groups: &[DividedGroup], work: &WorkOfMonth, policy: &StaffPolicy) -> [Division; 3] {
    let ftes = ftes(groups, &work.communities);
    [DivisionMode::Rotation, DivisionMode::Dedicated, DivisionMode::Mixed].map(|mode| {
        let mut there = groups.iter().zip(&ftes).filter(|(group, _)| group.mode == Some(mode)).peekable();
        let (claim, response_minutes) =
            (mode.claim(&policy.divisions), DivisionFigure::none(StaffingGap::NotMeasured));
        if there.peek().is_none() {
            let none = DivisionFigure::none(StaffingGap::NoGroups);
            return Division {
                mode,
                claim,
                groups: 0,
                fte_per_100_members: none,
                satisfaction: none,
                cases_per_day_per_fte: none,
                response_minutes,
            };
        }
        let there: Vec<(&DividedGroup, f64)> = there.map(|(group, fte)| (group, *fte)).collect();
        let tallies = there.iter().filter_map(|(group, _)| work.tallies.get(&group.group));
        let tally = tallies.fold(Tally::default(), Tally::plus);
        let fte = there.iter().map(|(_, fte)| fte).sum();
        Division {
            mode,
            claim,
            groups: u32::try_from(there.len()).unwrap_or(u32::MAX),
            fte_per_100_members: cost(&there),
            satisfaction: good_ratings(&tally, policy),
            cases_per_day_per_fte: cases(&tally, fte, work, policy),
            response_minutes,
        }
    })
}

/// The whole working times that serve each group.
fn ftes(groups: &[DividedGroup], communities: &HashMap<CommunityId, u64>) -> Vec<f64> {
    let mut members: HashMap<CommunityId, u64> = HashMap::new();
    for group in groups {
        if let (Some(community), Some(count)) = (group.community, group.members) {
            *members.entry(community).or_default() += count;
        }
    }
    let part = |group: &DividedGroup| {
        let community = group.community?;
        let all = *members.get(&community)?;
        let shared = *communities.get(&community)?;
        (all > 0).then(|| whole(shared) * count(group.members.unwrap_or_default()) / count(all))
    };
    groups.iter().map(|group| whole(group.share) + part(group).unwrap_or_default()).collect()
}

fn cost(groups: &[(&DividedGroup, f64)]) -> DivisionFigure {
    let per_100 = |(group, fte): &(&DividedGroup, f64)| {
        let members = group.members.filter(|members| *members > 0)?;
        Some(fte * 100.0 / count(members))
    };
    let mut found: Vec<f64> = groups.iter().filter_map(per_100).collect();
    found.sort_by(f64::total_cmp);
    let middle = found.len() / 2;
    let value = match found.get(middle) {
        Some(above) if found.len().is_multiple_of(2) => {
            Ok(f64::midpoint(*above, found.get(middle.saturating_sub(1)).copied().unwrap_or(*above)))
        }
        Some(middle) => Ok(*middle),
        None if groups.iter().any(|(group, _)| group.members.is_some()) => Err(StaffingGap::NoMembers),
        None => Err(StaffingGap::NotRecorded),
    };
    DivisionFigure { value, interval: None, n: u32::try_from(found.len()).unwrap_or(u32::MAX) }
}

fn good_ratings(tally: &Tally, policy: &StaffPolicy) -> DivisionFigure {
    let found = satisfaction(tally, policy);
    let value = found.value.map_err(|_| StaffingGap::Insufficient);
    DivisionFigure { value, interval: found.interval, n: found.n }
}

fn cases(tally: &Tally, fte: f64, work: &WorkOfMonth, policy: &StaffPolicy) -> DivisionFigure {
    let days = f64::from(work.period.working_days(policy, &BTreeSet::new()));
    let value = if days <= 0.0 {
        Err(StaffingGap::NoDays)
    } else if !work.seen.cases {
        Err(StaffingGap::NotRecorded)
    } else if fte <= 0.0 {
        Err(StaffingGap::NoStaff)
    } else {
        Ok(f64::from(tally.cases) / days / fte)
    };
    DivisionFigure { value, interval: None, n: tally.cases }
}
