//! What a changed policy would have made of the last weeks; nothing is stored (T30).

use std::collections::HashMap;

use chrono::Days;
use qun_domain::fault::Fault;
use qun_domain::groups::{Group, Scope};
use qun_domain::id::{GroupId, PersonId};
use qun_domain::policy::{Counting, EffectivePolicy, counting_key};
use qun_domain::tiering::{Distribution, EvaluatedScope, Movements, Previous, Standing, WeekFacts, evaluate};
use qun_domain::time::{Timestamp, Week};

use super::gather::{Recounted, gather};
use super::previous::previous;
use super::read::pins_at;
use super::scope::{evaluated_scope, group_ids};
use crate::db::OrgRead;
use crate::groups::{groups_of_community, scope_columns};
use crate::policy::effective_of_groups;

/// A week as it would have come out.
#[derive(Clone, Debug)]
pub struct DryWeek {
    /// The week.
    pub week: Week,
    /// How many would stand where; `None` for a week without data.
    pub distribution: Option<Distribution>,
    /// How many would have moved.
    pub movements: Movements,
    /// Whether any leave or removal was ever seen.
    pub leaves_observed: bool,
}

/// Evaluates the last `weeks` ended weeks of a scope under `policy`, starting from
/// the stored evaluations before them.
///
/// # Errors
/// A fault when the database fails; `None` where there is no such scope.
pub async fn dry_run(
    read: &OrgRead,
    of: Scope,
    policy: &EffectivePolicy,
    weeks: u32,
    now: Timestamp,
) -> Result<Option<Vec<DryWeek>>, Fault> {
    let Some(scope) = evaluated_scope(read, of).await? else { return Ok(None) };
    let Some(first_seen) = scope.first_week() else { return Ok(Some(Vec::new())) };
    let last = Week::last_ended(now, scope.zone);
    let back = last.monday() - Days::new(u64::from(weeks.saturating_sub(1)) * 7);
    let neighbors = match scope.community {
        Some(community) => groups_of_community(read, community).await?,
        None => group_ids(&scope),
    };
    let recounted = recounted(read, &scope, &policy.policy.tiering.counting).await?;
    let mut run = DryRun { read, scope, neighbors, policy, recounted, carried: None };
    let mut runs = Vec::new();
    for week in Week::of(back).max(first_seen).through(last) {
        runs.push(run.week(week).await?);
    }
    Ok(Some(runs))
}

/// The groups whose messages the policy counts otherwise than their roll-ups do.
async fn recounted(read: &OrgRead, scope: &EvaluatedScope, counting: &Counting) -> Result<Recounted, Fault> {
    let own = effective_of_groups(read, read.scope().org(), &scope.groups).await?;
    let key = counting_key(counting);
    let is_same = |group: &Group| {
        let own = own.get(&group.id).map(|own| counting_key(&own.policy.policy.tiering.counting));
        own == Some(key) && group.zone == scope.zone
    };
    Ok(scope.groups.iter().filter(|group| !is_same(group)).map(|group| (group.id, *counting)).collect())
}

struct DryRun<'a> {
    read: &'a OrgRead,
    scope: EvaluatedScope,
    neighbors: Vec<GroupId>,
    policy: &'a EffectivePolicy,
    recounted: Recounted,
    /// The latest evaluation of each member, and when its week ended; read from what
    /// is stored before the first week with data.
    carried: Option<HashMap<PersonId, (Timestamp, Previous)>>,
}

impl DryRun<'_> {
    async fn week(&mut self, week: Week) -> Result<DryWeek, Fault> {
        let found =
            gather(self.read, &self.scope, &self.neighbors, week, self.policy, &self.recounted).await?;
        let Some(mut facts) = found else {
            return Ok(DryWeek {
                week,
                distribution: None,
                movements: Movements::default(),
                leaves_observed: false,
            });
        };
        self.place(week, &mut facts).await?;
        let cards = evaluate(&self.policy.policy.tiering, &facts.scope, &facts.members);
        let known = self.carried.get_or_insert_default();
        let mut movements = Movements::default();
        for card in &cards {
            movements.add(card.previous_tier, card.tier);
            known.insert(card.person, (week.as_of(self.scope.zone), card.as_previous()));
        }
        Ok(DryWeek {
            week,
            distribution: Some(Distribution::of(cards.iter().map(Standing::from))),
            movements,
            leaves_observed: facts.leaves_observed,
        })
    }

    /// Fills in what earlier weeks and pins say of each member.
    async fn place(&mut self, week: Week, facts: &mut WeekFacts) -> Result<(), Fault> {
        let (scope_id, ..) = scope_columns(self.scope.scope, self.read.scope().org().0);
        if self.carried.is_none() {
            let since: Vec<_> = facts
                .members
                .iter()
                .zip(&facts.began_at)
                .map(|(member, began)| (member.person, *began))
                .collect();
            let stored = previous(self.read, scope_id, week, &since).await?;
            // What is stored was checked against the beginning of the membership already.
            let stored = stored.into_iter().map(|(person, previous)| (person, (Timestamp::MAX, previous)));
            self.carried = Some(stored.collect());
        }
        let known = self.carried.get_or_insert_default();
        let pins = pins_at(self.read, scope_id, week.as_of(self.scope.zone)).await?;
        for (member, began) in facts.members.iter_mut().zip(&facts.began_at) {
            member.previous =
                known.get(&member.person).filter(|(at, _)| began < at).map(|(_, previous)| *previous);
            member.pinned = pins.get(&member.person).copied();
        }
        Ok(())
    }
}
