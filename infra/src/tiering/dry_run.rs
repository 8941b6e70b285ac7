//! What a changed policy would have made of the last weeks; nothing is stored (T30).

use std::collections::HashMap;

use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::PersonId;
use qun_domain::policy::{EffectivePolicy, counting_key};
use qun_domain::tiering::{Distribution, Movements, Previous, Standing, evaluate};
use qun_domain::time::{Timestamp, Week};

use super::gather::{Recounted, gather};
use super::previous::previous;
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
    let back = last.monday() - chrono::Days::new(u64::from(weeks.saturating_sub(1)) * 7);
    let first = Week::of(back).max(first_seen);
    let (scope_id, ..) = scope_columns(of, read.scope().org().0);
    let neighbors = match scope.community {
        Some(community) => groups_of_community(read, community).await?,
        None => group_ids(&scope),
    };
    let counting = policy.policy.tiering.counting;
    let own = effective_of_groups(read, read.scope().org(), &scope.groups).await?;
    let recounted: Recounted = scope
        .groups
        .iter()
        .filter(|group| {
            let is_same = own.get(&group.id).is_some_and(|own| {
                counting_key(&own.policy.policy.tiering.counting) == counting_key(&counting)
            });
            !is_same || group.zone != scope.zone
        })
        .map(|group| (group.id, counting))
        .collect();

    let mut carried: Option<HashMap<PersonId, (Timestamp, Previous)>> = None;
    let mut runs = Vec::new();
    for week in first.through(last) {
        let Some(mut facts) = gather(read, &scope, &neighbors, week, policy, &recounted).await? else {
            runs.push(DryWeek {
                week,
                distribution: None,
                movements: Movements::default(),
                leaves_observed: false,
            });
            continue;
        };
        let since: Vec<_> = facts
            .members
            .iter()
            .zip(&facts.began_at)
            .map(|(member, began)| (member.person, *began))
            .collect();
        if carried.is_none() {
            let stored = previous(read, scope_id, week, &since).await?;
            carried = Some(
                stored.into_iter().map(|(person, previous)| (person, (Timestamp::MAX, previous))).collect(),
            );
        }
        let known = carried.get_or_insert_default();
        let pins = super::read::pins_at(read, scope_id, week.as_of(scope.zone)).await?;
        for (member, began) in facts.members.iter_mut().zip(&facts.began_at) {
            member.previous =
                known.get(&member.person).filter(|(at, _)| began < at).map(|(_, previous)| *previous);
            member.pinned = pins.get(&member.person).copied();
        }
        let cards = evaluate(&policy.policy.tiering, &facts.scope, &facts.members);
        let mut movements = Movements::default();
        for card in &cards {
            movements.add(card.previous_tier, card.tier);
            known.insert(card.person, (week.as_of(scope.zone), card.as_previous()));
        }
        runs.push(DryWeek {
            week,
            distribution: Some(Distribution::of(cards.iter().map(Standing::from))),
            movements,
            leaves_observed: facts.leaves_observed,
        });
    }
    Ok(Some(runs))
}
