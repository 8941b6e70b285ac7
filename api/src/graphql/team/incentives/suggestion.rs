//! What bonus the policy suggests.

use async_graphql::{Enum, SimpleObject};
use qun_domain::id::AccountId;
use qun_domain::month::Month as DomainMonth;
use qun_domain::scope::Scope;
use qun_domain::team::{BonusPart as DomainPart, BonusSuggestion, KpiKind as DomainKind};
use qun_infra::team::SuggestionOf;

use super::super::kpi::KpiGap;
use super::bonus::Money;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::scalars::MinorUnits;

/// A figure of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainKind")]
enum KpiKind {
    /// Cases a working day.
    Cases,
    /// The share of good ratings.
    Satisfaction,
    /// Contributions to events a week.
    Contributions,
}

/// What a figure adds to a bonus that is suggested.
#[derive(SimpleObject)]
struct BonusPart {
    /// Which figure.
    kind: KpiKind,
    /// What of the base it is worth when it reaches its target, in basis points.
    basis_points: u32,
    /// Whether it does; null where `gap` says why that is not known.
    is_met: Option<bool>,
    /// Why that is not known: the figure adds nothing then.
    gap: Option<KpiGap>,
    /// What it adds.
    money: Money,
}

/// A bonus that the policy suggests for a member and a month: a part of the base of its rank for each
/// figure that reaches its target. Nobody is bound by it. See docs/team.md.
#[derive(SimpleObject)]
#[graphql(name = "BonusSuggestion")]
pub(in crate::graphql) struct BonusSuggestionObject {
    /// The base of the rank.
    base: Money,
    /// What each figure adds.
    parts: Vec<BonusPart>,
    /// What the parts add to.
    money: Money,
}

impl BonusSuggestionObject {
    /// That for an account: its own, or for who manages the team, if only by proposals.
    pub(in crate::graphql) async fn of(
        asked: &Asked,
        account: AccountId,
        month: DomainMonth,
    ) -> Result<Option<Self>, Problem> {
        asked.is_or_manages(account, Scope::Organization)?;
        let key = SuggestionOf { account, month, now: asked.now };
        let found = asked.loaders.suggestions.load(&asked.read, key).await?;
        Ok(found.map(|found| Self::new(&found)))
    }

    fn new(found: &BonusSuggestion) -> Self {
        let money = |minor_units| Money {
            minor_units: MinorUnits(minor_units),
            currency: found.base.currency().code(),
        };
        let part = |part: &DomainPart| BonusPart {
            kind: part.kind.into(),
            basis_points: part.basis_points,
            is_met: part.is_met.ok(),
            gap: part.is_met.err().map(Into::into),
            money: money(part.minor_units),
        };
        Self {
            base: found.base.into(),
            parts: found.parts.iter().map(part).collect(),
            money: money(found.minor_units),
        }
    }
}
