//! Who was given nothing of some kind in a quarter.

use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use qun_domain::policy::{CombinedPolicy, Switch};
use qun_domain::quarter::Quarter;
use qun_domain::team::{Given, codes_text};
use qun_domain::time::start_of_day;
use sea_orm::sea_query::Value;

use super::incentives_policy;
use crate::db::{OrgRead, TenantSql, column};
use crate::tenancy::organization;

/// A member and what it was given in a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenTo {
    /// Who.
    pub account: AccountId,
    /// Of which kinds.
    pub given: Given,
}

/// A page of the active members, by account, that were given nothing of some kind in a quarter of the
/// organization's zone: those who had one of the policy's roles before its end. None where the policy
/// does not look at that.
///
/// # Errors
/// A fault when the database fails.
pub async fn incentive_gaps(
    read: &OrgRead,
    quarter: Quarter,
    after: Option<AccountId>,
    limit: u32,
) -> Result<Option<Vec<GivenTo>>, Fault> {
    let CombinedPolicy { check, roles } = incentives_policy(read).await?.combined;
    if check == Switch::Off {
        return Ok(None);
    }
    let zone = organization(read).await?.zone;
    let (from, to) = (quarter.first_day(), quarter.next().first_day());
    let mut params: Vec<Value> = vec![
        i64::from(limit).into(),
        start_of_day(from, zone).millis().into(),
        start_of_day(to, zone).millis().into(),
        from.into(),
        to.into(),
        codes_text(&roles, qun_domain::access::Role::code).into(),
    ];
    let later = after.map_or("", |id| {
        params.push(id.0.into());
        "AND m.account_id > $8"
    });
    let rows = read.rows(&gaps(later), params).await?;
    let row = |row| {
        let is = |index| -> Result<bool, Fault> { Ok(column::<i32>(row, index)? == 1) };
        let given = Given { honour: is(1)?, money: is(2)?, growth: is(3)? };
        Ok(GivenTo { account: AccountId(column(row, 0)?), given })
    };
    rows.iter().map(row).collect::<Result<_, _>>().map(Some)
}

/// Each kind is 1 where there is something of it.
fn gaps(later: &str) -> String {
    let is = |found: &str| format!("CASE WHEN {found} THEN 1 ELSE 0 END");
    let honour = is("EXISTS (SELECT 1 FROM badge_award b WHERE b.org_id = $1 AND b.account_id = m.account_id
                             AND b.revoked_at IS NULL AND b.awarded_at >= $3 AND b.awarded_at < $4)
                     OR EXISTS (SELECT 1 FROM ladder_step s WHERE s.org_id = $1 AND s.account_id = m.account_id
                                AND s.kind = 'PROMOTED' AND s.at >= $3 AND s.at < $4)");
    let money = is("EXISTS (SELECT 1 FROM bonus o WHERE o.org_id = $1 AND o.account_id = m.account_id
                            AND o.cancelled_at IS NULL AND o.month >= $5 AND o.month < $6)");
    let growth =
        is("EXISTS (SELECT 1 FROM training_place t WHERE t.org_id = $1 AND t.account_id = m.account_id
                             AND t.released_at IS NULL AND t.allocated_at >= $3 AND t.allocated_at < $4)");
    format!(
        "SELECT w.account_id, w.honour, w.money, w.growth FROM (
             SELECT m.account_id, {honour} AS honour, {money} AS money, {growth} AS growth
             FROM org_account m
             WHERE m.org_id = $1 AND m.suspended_at IS NULL AND m.left_at IS NULL {later}
               AND EXISTS (SELECT 1 FROM role_assignment r
                           WHERE r.org_id = $1 AND r.account_id = m.account_id AND r.ended_at IS NULL
                             AND r.began_at < $4
                             AND ' ' || CAST($7 AS text) || ' ' LIKE '% ' || r.role || ' %')) w
         WHERE w.honour + w.money + w.growth < 3 ORDER BY w.account_id LIMIT $2"
    )
}
