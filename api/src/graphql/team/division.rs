//! How the work in groups is divided among staff.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use qun_domain::month::Month as DomainMonth;
use qun_domain::policy::{
    CostGrade as DomainCost, DivisionClaim as DomainClaim, ProfessionalismGrade as DomainProfessionalism,
    ResponseGrade as DomainResponse,
};
use qun_domain::scope::Scope;
use qun_domain::team::{
    Division, DivisionFigure as DomainFigure, DivisionMode as DomainMode, SetDivisionMode,
    SetDivisionModeRefusal,
};
use qun_infra::team::divisions_of;

use super::kpi::KpiInterval;
use super::staffing::StaffingGap;
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled_or_proposed};
use crate::graphql::groups::GroupObject;
use crate::graphql::node::NodeId;
use crate::graphql::proposable::proposable;
use crate::graphql::user_error::UserErrorCode as Code;

/// How the work in a group is divided among staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainMode")]
pub(in crate::graphql) enum DivisionMode {
    /// Staff takes turns in several groups.
    Rotation,
    /// The group has staff of its own.
    Dedicated,
    /// Both together.
    Mixed,
}

/// How soon members are answered, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainResponse")]
enum ResponseGrade {
    /// Slowly.
    Slow,
    /// Neither soon nor late.
    Average,
    /// Soon enough.
    FairlyFast,
    /// At once.
    Fast,
}

/// How well staff knows what it speaks of, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainProfessionalism")]
enum ProfessionalismGrade {
    /// Little.
    Low,
    /// Enough.
    Medium,
    /// Well.
    MediumHigh,
    /// As a specialist does.
    High,
}

/// How little it costs, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainCost")]
enum CostGrade {
    /// Much.
    Poor,
    /// A fair deal.
    Fair,
    /// Little.
    Good,
    /// Hardly anything.
    Excellent,
}

/// What a way to divide the work is said to be good for, by the policy's `staff.divisions`: a claim
/// to compare with, and never a promise.
#[derive(SimpleObject)]
struct DivisionClaim {
    /// How soon members are answered.
    response: ResponseGrade,
    /// How well staff knows what it speaks of.
    professionalism: ProfessionalismGrade,
    /// How little it costs.
    cost_control: CostGrade,
}

impl From<DomainClaim> for DivisionClaim {
    fn from(claim: DomainClaim) -> Self {
        Self {
            response: claim.response.into(),
            professionalism: claim.professionalism.into(),
            cost_control: claim.cost_control.into(),
        }
    }
}

/// One figure of a way to divide the work.
#[derive(SimpleObject)]
struct DivisionFigure {
    /// The value; null where `gap` says why there is none.
    value: Option<f64>,
    /// Why there is no value.
    gap: Option<StaffingGap>,
    /// The 95 % interval of a share, after Wilson; null for what was counted whole.
    interval: Option<KpiInterval>,
    /// How many groups, ratings or cases it is made of.
    n: u32,
}

impl From<DomainFigure> for DivisionFigure {
    fn from(figure: DomainFigure) -> Self {
        Self {
            value: figure.value.ok(),
            gap: figure.value.err().map(Into::into),
            interval: figure.interval.map(Into::into),
            n: figure.n,
        }
    }
}

/// A way to divide the work in groups: what is said of it, and what was measured in a month. See
/// docs/team.md.
#[derive(SimpleObject)]
pub(in crate::graphql) struct DivisionModeFigures {
    /// Which.
    mode: DivisionMode,
    /// What it is said to be good for.
    claim: DivisionClaim,
    /// How many groups were divided so at the end of the month, or are now while it lasts.
    groups: u32,
    /// What it costs: the FTE for 100 members, the median of its groups that have members. What is
    /// assigned at a community counts for each of its groups by how many members that has.
    fte_per_100_members: DivisionFigure,
    /// The share of ratings of 4 and 5 in its groups, 0 to 1.
    satisfaction: DivisionFigure,
    /// Distinct cases that were handled in its groups, and not opened again, a working day and FTE.
    cases_per_day_per_fte: DivisionFigure,
    /// Minutes until members are answered.
    response_minutes: DivisionFigure,
}

impl DivisionModeFigures {
    /// Those of each way: for who manages the team of the organization, if only by proposals.
    pub(in crate::graphql) async fn of(asked: &Asked, month: DomainMonth) -> Result<Vec<Self>, Problem> {
        asked.manages_team(Scope::Organization)?;
        let found = divisions_of(&asked.read, asked.scope.org(), month, asked.now).await?;
        Ok(found.into_iter().map(Self::from).collect())
    }
}

impl From<Division> for DivisionModeFigures {
    fn from(division: Division) -> Self {
        Self {
            mode: division.mode.into(),
            claim: division.claim.into(),
            groups: division.groups,
            fte_per_100_members: division.fte_per_100_members.into(),
            satisfaction: division.satisfaction.into(),
            cases_per_day_per_fte: division.cases_per_day_per_fte.into(),
            response_minutes: division.response_minutes.into(),
        }
    }
}

/// How the work in a group is divided from now on.
#[derive(InputObject)]
struct SetDivisionModeInput {
    /// The global id of the group.
    group: ID,
    /// How; null where that is to be said no longer.
    mode: Option<DivisionMode>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

proposable! {
    /// What came of saying how the work in a group is divided.
    SetDivisionModePayload {
        /// The group as it is now; null when nothing was done.
        group: GroupObject,
    }
}

#[derive(Default)]
pub(in crate::graphql) struct DivisionMutation;

#[Object]
impl DivisionMutation {
    /// Says how the work in a group is divided among staff, or says it no longer. It changes nothing
    /// but what the group is compared with. Needs the capability `MANAGE_TEAM`.
    async fn set_division_mode(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group, and how.")] input: SetDivisionModeInput,
    ) -> Result<SetDivisionModePayload, Problem> {
        let asked = Asked::to_run::<SetDivisionMode>(ctx, input.idempotency_key.as_deref())?;
        let no_group = || vec![asked.refusal(Code::NotFound, &["input", "group"])];
        let Some(group) = NodeId::group(&input.group) else {
            return Ok(SetDivisionModePayload { user_errors: no_group(), ..Default::default() });
        };
        let tell = |why| match why {
            SetDivisionModeRefusal::NoSuchGroup => no_group(),
        };
        let command = SetDivisionMode { group, mode: input.mode.map(Into::into) };
        match settled_or_proposed(asked.execute(command).await?, tell)? {
            Ok(id) => Ok(SetDivisionModePayload { group: asked.group(id).await?, ..Default::default() }),
            Err(undone) => Ok(undone.into()),
        }
    }
}
