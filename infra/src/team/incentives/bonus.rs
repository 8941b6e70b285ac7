//! Rows of bonuses: what the use cases write.

use chrono::NaiveDate;
use qun_domain::access::Reason;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, BonusId};
use qun_domain::money::Money;
use qun_domain::month::Month;
use qun_domain::team::{Bonus, BonusPort, BonusState, GrantBonus, Payment, PaymentReference};
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;

use super::withdrawal::withdrawal;
use crate::db::{OrgTx, TenantSql, column, one_row, timestamp, timestamp_or_none};

/// What [`bonus`] reads.
pub(super) const BONUS: &str = "id, account_id, month, key, minor_units, currency, reason, granted_by, granted_at, \
                                paid_on, reference, paid_by, paid_at, cancel_reason, cancelled_by, cancelled_at";

/// How many columns that are.
pub(super) const WIDTH: usize = 16;

/// A row of [`BONUS`].
pub(super) fn bonus(row: &QueryResult) -> Result<Bonus, Fault> {
    let id = BonusId(column(row, 0)?);
    let bad = |name: &str| Fault::new(format!("bonus.{name} of {id} cannot be read"));
    let currency = column::<String>(row, 5)?.parse().map_err(|_| bad("currency"))?;
    let paid: (Option<NaiveDate>, Option<String>, Option<String>) =
        (column(row, 9)?, column(row, 10)?, column(row, 11)?);
    let payment = match (paid, timestamp_or_none(row, 12)?) {
        ((Some(day), Some(reference), Some(recorded_by)), Some(recorded_at)) => {
            Some(Payment { day, reference, recorded_by, recorded_at })
        }
        _ => None,
    };
    Ok(Bonus {
        id,
        account: AccountId(column(row, 1)?),
        month: Month::of(column(row, 2)?),
        key: column(row, 3)?,
        money: Money::new(column(row, 4)?, currency).map_err(|_| bad("minor_units"))?,
        reason: column(row, 6)?,
        granted_by: column(row, 7)?,
        granted_at: timestamp(row, 8)?,
        payment,
        cancelled: withdrawal(row, 13)?,
    })
}

impl BonusPort for OrgTx {
    async fn bonus(&mut self, id: BonusId) -> Result<Option<Bonus>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!("SELECT {BONUS} FROM bonus WHERE org_id = $1 AND id = $2{lock}");
        self.rows(&text, vec![id.0.into()]).await?.first().map(bonus).transpose()
    }

    async fn bonus_like(&mut self, new: &GrantBonus) -> Result<Option<Bonus>, Fault> {
        let text = format!(
            "SELECT {BONUS} FROM bonus
             WHERE org_id = $1 AND account_id = $2 AND month = $3 AND key = $4 AND cancelled_at IS NULL"
        );
        let params: Vec<Value> =
            vec![new.account.0.into(), new.month.first_day().into(), new.key.as_str().into()];
        self.rows(&text, params).await?.first().map(bonus).transpose()
    }

    async fn add_bonus(&mut self, new: &GrantBonus) -> Result<Bonus, Fault> {
        let bonus = Bonus {
            id: self.new_id(),
            account: new.account,
            month: new.month,
            key: new.key.to_string(),
            money: new.money,
            reason: new.reason.as_str().to_owned(),
            granted_by: self.scope().actor().to_string(),
            granted_at: self.now(),
            payment: None,
            cancelled: None,
        };
        self.run(
            "INSERT INTO bonus (org_id, id, account_id, month, key, minor_units, currency, reason, state, granted_by,
                                granted_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            vec![
                bonus.id.0.into(),
                bonus.account.0.into(),
                bonus.month.first_day().into(),
                bonus.key.as_str().into(),
                bonus.money.minor_units().into(),
                bonus.money.currency().code().into(),
                bonus.reason.as_str().into(),
                bonus.state().code().into(),
                bonus.granted_by.as_str().into(),
                bonus.granted_at.millis().into(),
            ],
        )
        .await?;
        Ok(bonus)
    }

    async fn pay_bonus(
        &mut self,
        bonus: Bonus,
        day: NaiveDate,
        reference: &PaymentReference,
    ) -> Result<Bonus, Fault> {
        let recorded_by = self.scope().actor().to_string();
        let paid = Payment { day, reference: reference.to_string(), recorded_by, recorded_at: self.now() };
        let sql = "UPDATE bonus SET state = $3, paid_on = $4, reference = $5, paid_by = $6, paid_at = $7
                   WHERE org_id = $1 AND id = $2";
        let params = vec![
            bonus.id.0.into(),
            BonusState::Paid.code().into(),
            paid.day.into(),
            paid.reference.as_str().into(),
            paid.recorded_by.as_str().into(),
            paid.recorded_at.millis().into(),
        ];
        one_row(self.run(sql, params).await?, "paying a bonus")?;
        Ok(Bonus { payment: Some(paid), ..bonus })
    }

    async fn cancel_bonus(&mut self, bonus: Bonus, reason: &Reason) -> Result<Bonus, Fault> {
        let cancelled = self.withdrawal(reason);
        let sql = "UPDATE bonus SET state = $3, cancel_reason = $4, cancelled_by = $5, cancelled_at = $6
                   WHERE org_id = $1 AND id = $2";
        let params = vec![
            bonus.id.0.into(),
            BonusState::Cancelled.code().into(),
            cancelled.reason.as_str().into(),
            cancelled.by.as_str().into(),
            cancelled.at.millis().into(),
        ];
        one_row(self.run(sql, params).await?, "cancelling a bonus")?;
        Ok(Bonus { cancelled: Some(cancelled), ..bonus })
    }
}
