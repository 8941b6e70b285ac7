//! The figures of a member.

use async_graphql::{Enum, SimpleObject};
use qun_domain::id::AccountId;
use qun_domain::month::Month as DomainMonth;
use qun_domain::scope::Scope;
use qun_domain::team::{Figure, Gap, Interval, Kpis};
use qun_infra::team::KpisOf;

use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::scalars::{Date, Month};

/// Why a figure has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Gap")]
pub(super) enum KpiGap {
    /// No day of the month has ended on which the member would have worked.
    NoDays,
    /// Nobody recorded facts of this kind in the month, of anybody: what the member did is not
    /// known.
    NotRecorded,
    /// There are too few to say anything: fewer than the policy's `staff.minRatings`.
    Insufficient,
}

/// The bounds of a share.
#[derive(SimpleObject)]
pub(super) struct KpiInterval {
    /// From here, 0 to 1.
    low: f64,
    /// To here, 0 to 1.
    high: f64,
}

impl From<Interval> for KpiInterval {
    fn from(found: Interval) -> Self {
        Self { low: found.low, high: found.high }
    }
}

/// One figure of a member of the team.
#[derive(SimpleObject)]
struct Kpi {
    /// The value; null where `gap` says why there is none.
    value: Option<f64>,
    /// Why there is no value.
    gap: Option<KpiGap>,
    /// The 95 % interval of a share, after Wilson; null for what was counted whole.
    interval: Option<KpiInterval>,
    /// How many facts it is made of.
    n: u32,
    /// What the policy holds it against.
    target: f64,
    /// Whether it reaches the target; null where it has no value.
    is_met: Option<bool>,
}

impl From<Figure> for Kpi {
    fn from(figure: Figure) -> Self {
        Self {
            value: figure.value.ok(),
            gap: figure.value.err().map(Into::into),
            interval: figure.interval.map(Into::into),
            n: figure.n,
            target: figure.target,
            is_met: figure.is_met(),
        }
    }
}

/// The figures of a member of the team in a month. See docs/team.md.
#[derive(SimpleObject)]
pub(super) struct MemberKpis {
    /// The month, in the zone of the organization.
    month: Month,
    /// The day before which its days have ended: the first of the next month, or today.
    until: Date,
    /// How many of its days that have ended are worked on, by the policy's `staff.workingDays`.
    working_days: u32,
    /// Distinct cases that were handled, and not opened again, a working day.
    cases_per_day: Kpi,
    /// The share of ratings of 4 and 5, 0 to 1.
    satisfaction: Kpi,
    /// Contributions to events a week. Who is below senior contributes as a helper too.
    contributions_per_week: Kpi,
}

impl MemberKpis {
    /// Those of an account: its own, or for who manages the team there, if only by proposals.
    pub(super) async fn of(
        asked: &Asked,
        account: AccountId,
        month: DomainMonth,
        scope: Scope,
    ) -> Result<Option<Self>, Problem> {
        asked.is_or_manages(account, scope)?;
        let key = KpisOf { account, month, scope, now: asked.now };
        let found = asked.loaders.kpis.load(&asked.read, key).await?;
        Ok(found.map(|found| Self::new(month, found)))
    }

    fn new(month: DomainMonth, found: Kpis) -> Self {
        Self {
            month: Month(month),
            until: Date(found.period.to),
            working_days: found.working_days,
            cases_per_day: found.cases_per_day.into(),
            satisfaction: found.satisfaction.into(),
            contributions_per_week: found.contributions_per_week.into(),
        }
    }
}
