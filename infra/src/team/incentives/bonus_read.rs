//! Bonuses as they are listed and summed, and what the policy suggests.

use std::collections::{HashMap, HashSet};

use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, BonusId};
use qun_domain::money::Currency;
use qun_domain::month::Month;
use qun_domain::policy::IncentivesPolicy;
use qun_domain::scope::Scope;
use qun_domain::team::{Bonus, BonusState, BonusSuggestion, Period, suggest};
use qun_domain::time::Timestamp;
use sea_orm::sea_query::Value;

use super::super::kpi::{KpisOf, kpis_of, levels};
use super::bonus::{BONUS, WIDTH, bonus};
use crate::db::{OrgRead, TenantSql, Union, column};
use crate::policy::effective;
use crate::tenancy::organization;

/// A bonus.
///
/// # Errors
/// A fault when the database fails.
pub async fn bonus_by_id(sql: &impl TenantSql, id: BonusId) -> Result<Option<Bonus>, Fault> {
    let text = format!("SELECT {BONUS} FROM bonus WHERE org_id = $1 AND id = $2");
    sql.rows(&text, vec![id.0.into()]).await?.first().map(bonus).transpose()
}

/// Which bonuses of an organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BonusFilter {
    /// Those for this month.
    pub month: Option<Month>,
    /// Those that have come so far.
    pub state: Option<BonusState>,
}

impl BonusFilter {
    fn narrowed(self, params: &mut Vec<Value>) -> String {
        let mut text = String::new();
        if let Some(month) = self.month {
            params.push(month.first_day().into());
            text.push_str(&format!(" AND month = ${}", params.len() + 1));
        }
        if let Some(state) = self.state {
            params.push(state.code().into());
            text.push_str(&format!(" AND state = ${}", params.len() + 1));
        }
        text
    }
}

/// A page of the bonuses of an organization, the last granted first.
///
/// # Errors
/// A fault when the database fails.
pub async fn bonuses_page(
    sql: &impl TenantSql,
    filter: BonusFilter,
    after: Option<BonusId>,
    limit: u32,
) -> Result<Vec<Bonus>, Fault> {
    let mut params: Vec<Value> = vec![i64::from(limit).into()];
    let mut narrowed = filter.narrowed(&mut params);
    if let Some(id) = after {
        params.push(id.0.into());
        narrowed.push_str(&format!(" AND id < ${}", params.len() + 1));
    }
    let text = format!("SELECT {BONUS} FROM bonus WHERE org_id = $1{narrowed} ORDER BY id DESC LIMIT $2");
    sql.rows(&text, params).await?.iter().map(bonus).collect()
}

/// What the bonuses of an organization add to, in minor units of each currency, in the order of their
/// codes.
///
/// # Errors
/// A fault when the database fails.
pub async fn bonus_totals(sql: &impl TenantSql, filter: BonusFilter) -> Result<Vec<(Currency, i64)>, Fault> {
    let mut params = Vec::new();
    let narrowed = filter.narrowed(&mut params);
    let text = format!(
        "SELECT currency, CAST(SUM(minor_units) AS bigint) FROM bonus WHERE org_id = $1{narrowed}
         GROUP BY currency ORDER BY currency"
    );
    let rows = sql.rows(&text, params).await?;
    rows.iter()
        .map(|row| {
            let currency: String = column(row, 0)?;
            let currency = currency.parse().map_err(|error| Fault::from_error("bonus.currency", error))?;
            Ok((currency, column(row, 1)?))
        })
        .collect()
}

/// A page of the bonuses of a member, the last granted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BonusPage {
    /// Whose.
    pub account: AccountId,
    /// Those granted before this one.
    pub after: Option<BonusId>,
    /// At most so many.
    pub limit: u32,
}

/// The bonuses of each page, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn bonus_pages(sql: &impl TenantSql, pages: &[BonusPage]) -> Result<Vec<Vec<Bonus>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let account = union.bind(page.account.0);
        let older = |id: BonusId| format!(" AND id < {}", union.bind(id.0));
        let older = page.after.map(older).unwrap_or_default();
        let limit = union.bind(i64::from(page.limit));
        union.select(
            BONUS,
            &format!(
                "FROM bonus WHERE org_id = $1 AND account_id = {account}{older} ORDER BY id DESC LIMIT {limit}"
            ),
        );
    }
    union.pages_by(sql, WIDTH, bonus, |bonus| std::cmp::Reverse(bonus.id)).await
}

/// What the organization says of incentives.
///
/// # Errors
/// A fault when the database fails.
pub async fn incentives_policy(read: &OrgRead) -> Result<IncentivesPolicy, Fault> {
    Ok(effective(read, read.scope().org(), Scope::Organization, None).await?.policy.policy.incentives)
}

/// The bonus that is suggested for a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SuggestionOf {
    /// For whom.
    pub account: AccountId,
    /// For which month, in the zone of the organization.
    pub month: Month,
    /// As known at this instant.
    pub now: Timestamp,
}

/// What the policy suggests for members, with as many statements for many as for one; those for whom
/// it suggests nothing are missing.
///
/// # Errors
/// A fault when the database fails.
pub async fn suggestions_of(
    read: &OrgRead,
    asked: &[SuggestionOf],
) -> Result<HashMap<SuggestionOf, BonusSuggestion>, Fault> {
    let policy = incentives_policy(read).await?.bonus;
    let zone = organization(read).await?.zone;
    let of = |key: &SuggestionOf| KpisOf {
        account: key.account,
        month: key.month,
        scope: Scope::Organization,
        now: key.now,
    };
    let keys: Vec<KpisOf> = asked.iter().map(of).collect();
    let kpis = kpis_of(read, &keys).await?;
    let mut found = HashMap::new();
    let times: HashSet<(Month, Timestamp)> = asked.iter().map(|key| (key.month, key.now)).collect();
    for (month, now) in times {
        let alike = asked.iter().filter(|key| (key.month, key.now) == (month, now));
        let accounts: Vec<AccountId> = alike.clone().map(|key| key.account).collect();
        let period = Period::of_month(month, zone, now);
        let levels = levels(read, &accounts, period.bounds(zone).1).await?;
        for key in alike {
            let Some(kpis) = kpis.get(&of(key)) else { continue };
            if let Some(suggestion) = suggest(levels.get(&key.account).copied(), kpis, &policy) {
                found.insert(*key, suggestion);
            }
        }
    }
    Ok(found)
}
