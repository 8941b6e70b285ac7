use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::grant::tell;
use super::{BonusPort, BonusState, PaymentReference};
use crate::access::{Capability, Reason};
use crate::command::{Command, Failure, OrRefuse, Outcome, kept};
use crate::id::BonusId;

/// Records that a bonus was paid, outside (M23). The same once more changes nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordBonusPayment {
    /// Which bonus.
    pub bonus: BonusId,
    /// On which day, in the zone of the organization.
    pub day: NaiveDate,
    /// By what the payment is found outside.
    pub reference: PaymentReference,
}

/// Why no payment was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordBonusPaymentRefusal {
    /// There is no such bonus.
    NoSuchBonus,
    /// Nobody decides about himself.
    OwnCase,
    /// It was cancelled.
    Cancelled,
    /// It was paid on another day, or under another reference.
    PaidOtherwise,
    /// The day is yet to come, or lies before the month of the bonus.
    BadDay,
}

impl<Tx: BonusPort> Command<Tx> for RecordBonusPayment {
    const NAME: &'static str = "team.record_bonus_payment";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = BonusId;
    type Refusal = RecordBonusPaymentRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<BonusId, RecordBonusPaymentRefusal> {
        use RecordBonusPaymentRefusal as Refusal;
        let bonus = tx.bonus(self.bonus).await?.or_refuse(Refusal::NoSuchBonus)?;
        if tx.acting() == Some(bonus.account) {
            return Err(Failure::Refused(Refusal::OwnCase));
        }
        if bonus.state() == BonusState::Cancelled {
            return Err(Failure::Refused(Refusal::Cancelled));
        }
        if let Some(paid) = &bonus.payment {
            let is_same = paid.day == self.day && paid.reference == self.reference.as_str();
            return if is_same { Ok(bonus.id) } else { Err(Failure::Refused(Refusal::PaidOtherwise)) };
        }
        if self.day < bonus.month.first_day() || self.day > tx.today().await? {
            return Err(Failure::Refused(Refusal::BadDay));
        }

        let bonus = tx.pay_bonus(bonus, self.day, &self.reference).await?;
        tell(tx, &bonus)?;
        Ok(bonus.id)
    }
}

/// Cancels a bonus that was not paid; another may be granted in its place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelBonus {
    /// Which bonus.
    pub bonus: BonusId,
    /// Why.
    pub reason: Reason,
}

/// Why a bonus was not cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelBonusRefusal {
    /// There is no such bonus.
    NoSuchBonus,
    /// Nobody decides about himself.
    OwnCase,
    /// It was paid.
    Paid,
}

impl<Tx: BonusPort> Command<Tx> for CancelBonus {
    const NAME: &'static str = "team.cancel_bonus";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = BonusId;
    type Refusal = CancelBonusRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<BonusId, CancelBonusRefusal> {
        let bonus = tx.bonus(self.bonus).await?.or_refuse(CancelBonusRefusal::NoSuchBonus)?;
        if tx.acting() == Some(bonus.account) {
            return Err(Failure::Refused(CancelBonusRefusal::OwnCase));
        }
        match bonus.state() {
            BonusState::Cancelled => return Ok(bonus.id),
            BonusState::Paid => return Err(Failure::Refused(CancelBonusRefusal::Paid)),
            BonusState::Granted => {}
        }
        let bonus = tx.cancel_bonus(bonus, &self.reason).await?;
        tell(tx, &bonus)?;
        Ok(bonus.id)
    }
}
