//! Who is ready to rise in rank, and what is still missing.

use async_graphql::{Enum, SimpleObject};
use qun_domain::access::Rank as DomainRank;
use qun_domain::team::{Evidence, Gate, GateKind, GateState, Held};

use super::kpi::KpiGap;
use crate::graphql::access::Rank;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::scalars::{Date, Month};

/// What is asked of who is to rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "GateKind")]
enum PromotionGateKind {
    /// Calendar months in the rank, counted in days; days away pause them.
    TimeInRank,
    /// Days of active duty in the rank.
    DutyDays,
    /// Cases a working day, in a month.
    Cases,
    /// The share of good ratings, in a month.
    Satisfaction,
    /// Contributions to events a week, in a month.
    Contributions,
    /// Required courses that are done, of all that are required.
    Training,
    /// Serious complaints, upheld lately or still open: at most none.
    Complaints,
}

/// Whether a gate lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "GateState")]
enum PromotionGateState {
    /// It does.
    Met,
    /// It does not.
    NotMet,
    /// What it looks at is not known; the policy's `ladder.unknownKpis` says what comes of that.
    Unknown,
}

/// One thing that is asked of who is to rise, and what was found.
#[derive(SimpleObject)]
struct PromotionGate {
    /// What.
    kind: PromotionGateKind,
    /// Of which month; null for what is not counted by months.
    month: Option<Month>,
    /// Whether it lets through.
    state: PromotionGateState,
    /// What was found; null where `gap` says why that is not known.
    value: Option<f64>,
    /// What is asked for.
    target: f64,
    /// Why nothing was found; null where something was.
    gap: Option<KpiGap>,
}

impl From<Gate> for PromotionGate {
    fn from(gate: Gate) -> Self {
        Self {
            kind: gate.kind.into(),
            month: gate.month.map(Month),
            state: gate.state.into(),
            value: gate.value,
            target: gate.target,
            gap: gate.gap.map(Into::into),
        }
    }
}

/// How far an assignment is on its way to the next rank. See docs/team.md.
#[derive(SimpleObject)]
pub(in crate::graphql) struct PromotionOutlook {
    /// The next rank.
    next_rank: Rank,
    /// The day by which it is judged, in the zone of the organization: what lies before it counts.
    day: Date,
    /// Whether all gates let through, so that the daily job proposes it, unless it was decided on
    /// lately.
    is_ready: bool,
    /// What is asked for.
    gates: Vec<PromotionGate>,
}

impl PromotionOutlook {
    /// That of an assignment: one's own, or for who manages the team there, if only by proposals.
    /// None where no rank is above.
    pub(in crate::graphql) async fn of(asked: &Asked, held: &Held) -> Result<Option<Self>, Problem> {
        asked.is_or_manages(held.account, held.position().scope)?;
        let Some(next) = held.position().rank.and_then(DomainRank::next) else { return Ok(None) };
        let found = asked.loaders.promotions.load(&asked.read, (*held, asked.now)).await?;
        Ok(found.map(|evidence| Self::new(next, &evidence)))
    }

    fn new(next: DomainRank, evidence: &Evidence) -> Self {
        Self {
            next_rank: next.into(),
            day: Date(evidence.dossier.day),
            is_ready: evidence.is_ready(),
            gates: evidence.gates.iter().copied().map(Into::into).collect(),
        }
    }
}
