//! Bonuses: whose, how much, and how far they have come.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use qun_domain::id::{AccountId, BonusId};
use qun_domain::money::{Currency, Money as DomainMoney};
use qun_domain::scope::Scope;
use qun_domain::team::{Bonus, BonusState as DomainState};
use qun_infra::team::{BonusFilter, BonusPage, bonus_by_id, bonus_totals, bonuses_page};

use super::super::TeamMemberObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::in_place::InPlaceList;
use crate::graphql::node::NodeId;
use crate::graphql::page::{Page, PageInfo, Slice, connection};
use crate::graphql::scalars::{Date, DateTime, MinorUnits, Month};

/// How far a bonus has come. One that is proposed is among the proposals yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainState")]
pub(in crate::graphql) enum BonusState {
    /// It is to be paid.
    Granted,
    /// It was paid, outside.
    Paid,
    /// It is not to be paid any more.
    Cancelled,
}

/// An amount of money.
#[derive(Clone, SimpleObject)]
pub(super) struct Money {
    /// How many minor units of the currency: fen, cents, or whole yen.
    pub(super) minor_units: MinorUnits,
    /// The currency, by its code of ISO 4217, such as `CNY`.
    pub(super) currency: &'static str,
}

impl From<DomainMoney> for Money {
    fn from(money: DomainMoney) -> Self {
        Self { minor_units: MinorUnits(money.minor_units()), currency: money.currency().code() }
    }
}

connection!(
    BonusConnection,
    BonusEdge,
    BonusObject,
    "A page of the bonuses of a member.",
    "A bonus and its place in the list."
);

/// A bonus of a member for a month.
#[derive(Clone)]
pub(in crate::graphql) struct BonusObject(Arc<Bonus>);

/// A bonus of a member for a month.
#[Object(name = "Bonus")]
impl BonusObject {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::Bonus(self.0.id).id()
    }

    /// Whose.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<TeamMemberObject>, Problem> {
        Asked::of(ctx)?.team_member(self.0.account).await
    }

    /// For which month.
    async fn month(&self) -> Month {
        Month(self.0.month)
    }

    /// By what it is known again: a member has one for a month and a key.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// How much.
    async fn money(&self) -> Money {
        self.0.money.into()
    }

    /// What for.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// How far it has come.
    async fn state(&self) -> BonusState {
        self.0.state().into()
    }

    /// Who granted it, as the audit log names actors.
    async fn granted_by(&self) -> &str {
        &self.0.granted_by
    }

    /// When.
    async fn granted_at(&self) -> DateTime {
        DateTime(self.0.granted_at)
    }

    /// On which day it was paid, in the zone of the organization; null where it was not.
    async fn paid_on(&self) -> Option<Date> {
        self.0.payment.as_ref().map(|paid| Date(paid.day))
    }

    /// By what the payment is found outside; null where it was not paid.
    async fn payment_reference(&self) -> Option<&str> {
        self.0.payment.as_ref().map(|paid| paid.reference.as_str())
    }

    /// Who recorded the payment, as the audit log names actors; null where it was not paid.
    async fn payment_recorded_by(&self) -> Option<&str> {
        self.0.payment.as_ref().map(|paid| paid.recorded_by.as_str())
    }

    /// When it was cancelled; null where it was not.
    async fn cancelled_at(&self) -> Option<DateTime> {
        self.0.cancelled.as_ref().map(|cancelled| DateTime(cancelled.at))
    }

    /// Who cancelled it, as the audit log names actors; null where it was not.
    async fn cancelled_by(&self) -> Option<&str> {
        self.0.cancelled.as_ref().map(|cancelled| cancelled.by.as_str())
    }

    /// Why it was cancelled; null where it was not.
    async fn cancel_reason(&self) -> Option<&str> {
        self.0.cancelled.as_ref().map(|cancelled| cancelled.reason.as_str())
    }
}

impl Asked {
    /// A bonus, as it is now.
    pub(super) async fn bonus(&self, id: BonusId) -> Result<Option<BonusObject>, Problem> {
        Ok(bonus_by_id(&self.read, id).await?.map(|bonus| BonusObject(Arc::new(bonus))))
    }
}

/// A page of the bonuses of a member: its own, or for who manages the team, if only by proposals.
pub(in crate::graphql) async fn bonuses_of(
    asked: &Asked,
    account: AccountId,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<BonusConnection, Problem> {
    let slice = Slice::<BonusId>::new(first, after)?;
    asked.is_or_manages(account, Scope::Organization)?;
    let page = BonusPage { account, after: slice.after, limit: slice.limit() };
    let found = asked.loaders.bonus_pages.load(&asked.read, page).await?.unwrap_or_default();
    let found = found.into_iter().map(BonusObject);
    Ok(BonusConnection { page: slice.page(found, |bonus: &BonusObject| bonus.0.id) })
}

/// A page of the bonuses of an organization, with what all of them add to.
pub(in crate::graphql) struct OrganizationBonusConnection {
    page: Page<BonusObject>,
    filter: BonusFilter,
}

/// A page of the bonuses of an organization, with what all of them add to.
#[Object]
impl OrganizationBonusConnection {
    /// The elements of the page with their cursors.
    async fn edges(&self) -> InPlaceList<BonusEdge> {
        self.page.edges(|cursor, node| BonusEdge { cursor, node })
    }

    /// The elements of the page.
    async fn nodes(&self) -> InPlaceList<&BonusObject> {
        self.page.nodes()
    }

    /// Where the page lies in its list.
    async fn page_info(&self) -> PageInfo {
        self.page.info()
    }

    /// What the bonuses of the whole list add to, not only those of this page: an amount for each
    /// currency. Summed only when asked for.
    async fn totals(&self, ctx: &Context<'_>) -> Result<Vec<Money>, Problem> {
        let found = bonus_totals(&Asked::of(ctx)?.read, self.filter).await?;
        let money = |(currency, sum): (Currency, i64)| Money {
            minor_units: MinorUnits(sum),
            currency: currency.code(),
        };
        Ok(found.into_iter().map(money).collect())
    }
}

/// The bonuses of the organization: for who manages the team, if only by proposals.
pub(in crate::graphql) async fn bonuses_of_organization(
    asked: &Asked,
    filter: BonusFilter,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<OrganizationBonusConnection, Problem> {
    asked.manages_team(Scope::Organization)?;
    let slice = Slice::<BonusId>::new(first, after)?;
    let found = bonuses_page(&asked.read, filter, slice.after, slice.limit()).await?;
    let found = found.into_iter().map(|bonus| BonusObject(Arc::new(bonus)));
    Ok(OrganizationBonusConnection { page: slice.page(found, |bonus: &BonusObject| bonus.0.id), filter })
}
