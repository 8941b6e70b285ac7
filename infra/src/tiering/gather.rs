//! The facts of a week, out of the roll-ups and the few rows beside them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use qun_domain::fault::Fault;
use qun_domain::groups::Group;
use qun_domain::id::{GroupId, PersonId};
use qun_domain::policy::{ApplicabilitySetting, Counting, EffectivePolicy, Mode};
use qun_domain::tiering::{
    Applicability, Contribution, Dimension, EvaluatedScope, MemberFacts, ScopeFacts, WeekFacts,
    applicability, quality_hundredths,
};
use qun_domain::time::{Timestamp, Week};

use super::contribution::{self, Events};
use super::counted::{self, Counted, Windows};
use super::members::{Roster, roster};
use super::observed::observed;
use super::scope::{excluded_at, group_ids, has_presence, leaves_observed};
use super::window::AsOf;
use crate::db::TenantSql;

/// How messages are counted in each group, where not as in the roll-ups.
pub(super) type Recounted = HashMap<GroupId, Counting>;

/// What a week is evaluated from; `None` without any presence in it.
///
/// `neighbors` are all groups of the community: strikes count in each of them.
pub(super) async fn gather(
    sql: &impl TenantSql,
    scope: &EvaluatedScope,
    neighbors: &[GroupId],
    week: Week,
    policy: &EffectivePolicy,
    recounted: &Recounted,
) -> Result<Option<WeekFacts>, Fault> {
    let as_of = AsOf::of(week, scope.zone);
    if !has_presence(sql, scope, as_of.window(7)).await? {
        return Ok(None);
    }
    let groups = group_ids(scope);
    let reading = Reading {
        scope,
        as_of,
        policy,
        recounted,
        excluded: excluded_at(sql, &groups, as_of.at).await?,
        applicability: applicable(sql, scope, as_of, policy).await?,
    };
    let roster = roster(sql, scope, as_of).await?;
    let strikes =
        contribution::strikes(sql, neighbors, as_of.window(policy.policy.tiering.windows.violations)).await?;
    let deeds = Deeds::gather(sql, &reading, &roster).await?;

    let tiering = &policy.policy.tiering;
    let silent_from = as_of.window(tiering.silent_days).from_day;
    let fading_from = as_of.window(tiering.fading_days).from_day;
    let (members, began_at) = member_facts(&roster, &reading.excluded, |member| {
        let sign = deeds.last_sign.get(&member.person).copied();
        MemberFacts {
            person: member.person,
            age_days: as_of.date.signed_duration_since(member.began_at.local_date(scope.zone)).num_days(),
            contribution: deeds.contributions.get(&member.person).copied().unwrap_or_default(),
            strikes: strikes.get(&member.person).copied().unwrap_or_default(),
            sign_within_silent: sign.is_some_and(|day| day >= silent_from),
            sign_within_fading: sign.is_some_and(|day| day >= fading_from),
            previous: None,
            pinned: None,
        }
    });
    Ok(Some(WeekFacts {
        scope: ScopeFacts {
            observed_long_enough: was_seen_for(scope, as_of, tiering.silent_days),
            applicability: reading.applicability,
        },
        leaves_observed: leaves_observed(sql, &groups).await?,
        members,
        began_at,
    }))
}

/// What every group's part of a week is read with.
struct Reading<'a> {
    scope: &'a EvaluatedScope,
    as_of: AsOf,
    policy: &'a EffectivePolicy,
    recounted: &'a Recounted,
    excluded: HashSet<PersonId>,
    applicability: Applicability,
}

/// What everybody did, summed over the groups in which a membership runs.
struct Deeds {
    contributions: HashMap<PersonId, Contribution>,
    /// The day of the last sign of life in any of the groups.
    last_sign: HashMap<PersonId, NaiveDate>,
}

impl Deeds {
    async fn gather(sql: &impl TenantSql, reading: &Reading<'_>, roster: &Roster) -> Result<Self, Fault> {
        let mut deeds = Self {
            contributions: HashMap::with_capacity(roster.members.len()),
            last_sign: HashMap::with_capacity(roster.members.len()),
        };
        for (group, members) in reading.scope.groups.iter().zip(&roster.in_group) {
            let of_group = GroupOfWeek::gather(sql, reading, group, members).await?;
            for (person, began) in members {
                *deeds.contributions.entry(*person).or_default() += of_group.contribution(*person, *began);
            }
            for (person, counted) in &of_group.counted {
                if let Some(day) = counted.last_sign {
                    let last = deeds.last_sign.entry(*person).or_insert(day);
                    *last = day.max(*last);
                }
            }
        }
        Ok(deeds)
    }
}

/// Whether the first presence is at or before 00:00 of the day so many local days before.
fn was_seen_for(scope: &EvaluatedScope, as_of: AsOf, days: u32) -> bool {
    scope.first_presence.is_some_and(|first| first <= as_of.days_before(days))
}

fn member_facts(
    roster: &Roster,
    excluded: &HashSet<PersonId>,
    facts: impl Fn(&super::members::Member) -> MemberFacts,
) -> (Vec<MemberFacts>, Vec<Timestamp>) {
    let evaluated = roster.members.iter().filter(|member| !excluded.contains(&member.person));
    evaluated.map(|member| (facts(member), member.began_at)).unzip()
}

/// The groups of the scope in which invites are not off.
fn inviting(scope: &EvaluatedScope, policy: &EffectivePolicy) -> Vec<GroupId> {
    let is_on =
        |group: &&Group| policy.invites_setting(group.platform.is_wechat()) != ApplicabilitySetting::Off;
    scope.groups.iter().filter(is_on).map(|group| group.id).collect()
}

async fn applicable(
    sql: &impl TenantSql,
    scope: &EvaluatedScope,
    as_of: AsOf,
    policy: &EffectivePolicy,
) -> Result<Applicability, Fault> {
    let inviting = inviting(scope, policy);
    let setting = if inviting.is_empty() { ApplicabilitySetting::Off } else { policy.invites_setting(false) };
    let observed = observed(sql, &group_ids(scope), &inviting, as_of).await?;
    Ok(applicability(&policy.policy.tiering, setting, observed))
}

/// What the members of one group did.
struct GroupOfWeek {
    counted: HashMap<PersonId, Counted>,
    points: HashMap<PersonId, u32>,
    reactors: HashMap<PersonId, u32>,
    events: Events,
    invited: HashMap<PersonId, u32>,
}

impl GroupOfWeek {
    async fn gather(
        sql: &impl TenantSql,
        reading: &Reading<'_>,
        group: &Group,
        members: &HashMap<PersonId, Timestamp>,
    ) -> Result<Self, Fault> {
        let Reading { scope, as_of, policy, recounted, ref excluded, applicability } = *reading;
        let tiering = &policy.policy.tiering;
        let windows = Windows {
            frequency: as_of.window(tiering.windows.frequency),
            week: as_of.window(7),
            signs: as_of.window(tiering.silent_days.max(tiering.fading_days)),
            weekdays: tiering.mode == Mode::Behavior,
        };
        let counted = match recounted.get(&group.id) {
            None if group.zone == scope.zone => counted::from_rollups(sql, group, windows).await?,
            counting => {
                let counting = counting.unwrap_or(&tiering.counting);
                counted::from_rows(sql, group, counting, as_of, windows).await?
            }
        };
        let quality = as_of.window(tiering.windows.quality);
        let (points, reactors) = if applicability.applies(Dimension::Quality) {
            (
                contribution::points(sql, group.id, quality).await?,
                contribution::reactors(sql, group.id, quality, excluded).await?,
            )
        } else {
            Default::default()
        };
        // Attendance keeps the floor of the active tier, whether events apply or not.
        let events = contribution::events(sql, group.id, as_of.window(tiering.windows.events)).await?;
        let counts_invites = applicability.applies(Dimension::Invites)
            && policy.invites_setting(group.platform.is_wechat()) != ApplicabilitySetting::Off;
        let invited = if counts_invites {
            let from = as_of.days_before(tiering.windows.invites);
            let to = as_of.days_before(tiering.windows.retained_after);
            contribution::invited(sql, group.id, members, from, to, as_of.at).await?
        } else {
            HashMap::new()
        };
        Ok(Self { counted, points, reactors, events, invited })
    }

    /// The part of one member whose membership in this group began at `began`.
    fn contribution(&self, person: PersonId, began: Timestamp) -> Contribution {
        let counted = self.counted.get(&person).copied().unwrap_or_default();
        let of = |counts: &HashMap<PersonId, u32>| counts.get(&person).copied().unwrap_or_default();
        let (open, attended) = self.events.of(person, began);
        Contribution {
            counted: counted.in_window,
            counted_in_week: counted.in_week,
            counted_by_weekday: counted.by_weekday,
            quality_hundredths: quality_hundredths(of(&self.points), of(&self.reactors)),
            attended,
            open,
            invited: of(&self.invited),
        }
    }
}
