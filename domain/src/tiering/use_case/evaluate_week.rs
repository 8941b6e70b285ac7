use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place};
use crate::event::DomainEvent;
use crate::groups::Scope;
use crate::id::EvaluationId;
use crate::tiering::{Distribution, Movements, Scorecard, Standing, TieringPort, WeekRecord, evaluate};
use crate::time::Week;

/// Evaluates the members of a group or community for one week that has ended
/// (T12, TIERING.md). Run again, it makes a further revision of that week.
#[derive(Clone, Debug)]
pub struct EvaluateWeek {
    /// The group or community.
    pub scope: Scope,
    /// The week.
    pub week: Week,
}

/// What came of evaluating a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeekOutcome {
    /// Nobody was present; nothing was evaluated (`NO_DATA`).
    NoData,
    /// It was evaluated.
    Evaluated(EvaluatedWeek),
}

/// An evaluated week, also as an event: `tiering.evaluation_finished`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EvaluatedWeek {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// Where, as in the audit log.
    pub scope: String,
    /// The week, `2026-W07`.
    pub week: String,
    /// 1 for the first evaluation of the week.
    pub revision: u32,
    /// How many members were evaluated, newcomers included.
    pub members: usize,
}

impl DomainEvent for EvaluatedWeek {
    fn name(&self) -> &'static str {
        "tiering.evaluation_finished"
    }

    fn aggregate(&self) -> String {
        // Revisions of one week come one after the other; weeks are one after the other in a run.
        format!("{} {}", self.scope, self.week)
    }
}

/// Why a week was not evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluateWeekRefusal {
    /// There is no such group or community.
    NoSuchScope,
    /// The week has not ended in the scope's zone.
    NotEnded,
}

impl<Tx: TieringPort> Command<Tx> for EvaluateWeek {
    const NAME: &'static str = "tiering.evaluate";
    const CAPABILITY: Capability = Capability::EvaluateTiers;
    type Out = WeekOutcome;
    type Refusal = EvaluateWeekRefusal;

    fn place(&self) -> Place {
        Place::At(self.scope)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<WeekOutcome, EvaluateWeekRefusal> {
        let scope = tx.evaluated_scope(self.scope).await?.or_refuse(EvaluateWeekRefusal::NoSuchScope)?;
        let as_of = self.week.as_of(scope.zone);
        if as_of > tx.now() {
            return Err(Failure::Refused(EvaluateWeekRefusal::NotEnded));
        }
        let (policy, policy_versions) = tx.policy_of(&scope).await?;
        let Some(mut facts) = tx.week_facts(&scope, self.week, &policy).await? else {
            tx.audit(self.scope.to_string(), json!({ "week": self.week.to_string(), "outcome": "NO_DATA" }));
            return Ok(WeekOutcome::NoData);
        };
        let since: Vec<_> = facts
            .members
            .iter()
            .zip(&facts.began_at)
            .map(|(member, began)| (member.person, *began))
            .collect();
        let previous = tx.previous(self.scope, self.week, &since).await?;
        let pins = tx.pins_at(self.scope, as_of).await?;
        for member in &mut facts.members {
            member.previous = previous.get(&member.person).copied();
            member.pinned = pins.get(&member.person).copied();
        }

        let cards = evaluate(&policy.policy.tiering, &facts.scope, &facts.members);

        let strikes: Vec<u32> = facts.members.iter().map(|member| member.strikes).collect();
        let record = WeekRecord {
            scope: self.scope,
            week: self.week,
            as_of,
            policy: &policy,
            policy_versions: &policy_versions,
            facts: &facts.scope,
            leaves_observed: facts.leaves_observed,
            distribution: Distribution::of(cards.iter().map(Standing::from)),
            movements: movements(&cards),
            cards: &cards,
            strikes: &strikes,
        };
        let (evaluation, revision) = tx.record(record).await?;
        let evaluated = EvaluatedWeek {
            evaluation,
            scope: self.scope.to_string(),
            week: self.week.to_string(),
            revision,
            members: cards.len(),
        };
        tx.audit(evaluated.scope.clone(), json!(evaluated));
        tx.emit(&evaluated)?;
        Ok(WeekOutcome::Evaluated(evaluated))
    }
}

fn movements(cards: &[Scorecard]) -> Movements {
    let mut movements = Movements::default();
    for card in cards {
        movements.add(card.previous_tier, card.tier);
    }
    movements
}
