use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::Key;
use super::{Bonus, BonusChanged, BonusPort};
use crate::access::{Capability, Reason};
use crate::command::{Command, Failure, OrRefuse, Outcome, kept};
use crate::fault::Fault;
use crate::id::{AccountId, BonusId};
use crate::money::Money;
use crate::month::Month;

/// Grants a member a bonus for a month (M23). The same once more is the one that is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GrantBonus {
    /// Whom.
    pub account: AccountId,
    /// For which month, of the organization's zone: this one, or one before it.
    pub month: Month,
    /// By what it is known again: a member has one for a month and a key.
    pub key: Key,
    /// How much.
    pub money: Money,
    /// What for.
    pub reason: Reason,
}

/// Why no bonus was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantBonusRefusal {
    /// There is no such member, or it has left.
    NoSuchMember,
    /// Nobody decides about himself.
    OwnCase,
    /// The month has not begun.
    MonthAhead,
    /// The member has another bonus for this month under this key.
    GrantedOtherwise,
}

impl<Tx: BonusPort> Command<Tx> for GrantBonus {
    const NAME: &'static str = "team.grant_bonus";
    const CAPABILITY: Capability = Capability::ManageTeam;
    type Out = BonusId;
    type Refusal = GrantBonusRefusal;

    fn to_propose(&self) -> Option<Value> {
        kept(self)
    }

    async fn run(self, tx: &mut Tx) -> Outcome<BonusId, GrantBonusRefusal> {
        if tx.acting() == Some(self.account) {
            return Err(Failure::Refused(GrantBonusRefusal::OwnCase));
        }
        tx.present(self.account).await?.or_refuse(GrantBonusRefusal::NoSuchMember)?;
        if self.month > Month::of(tx.today().await?) {
            return Err(Failure::Refused(GrantBonusRefusal::MonthAhead));
        }
        match tx.bonus_like(&self).await? {
            None => {}
            Some(same) if self.is(&same) => return Ok(same.id),
            Some(_) => return Err(Failure::Refused(GrantBonusRefusal::GrantedOtherwise)),
        }

        let bonus = tx.add_bonus(&self).await?;
        tell(tx, &bonus)?;
        Ok(bonus.id)
    }
}

impl GrantBonus {
    /// Whether a bonus for the same month and key says the same.
    fn is(&self, bonus: &Bonus) -> bool {
        bonus.money == self.money && bonus.reason == self.reason.as_str()
    }
}

/// Tells of a bonus as it is now.
pub(super) fn tell(tx: &mut impl BonusPort, bonus: &Bonus) -> Result<(), Fault> {
    let detail = json!({
        "bonus": bonus.id, "month": bonus.month, "key": bonus.key, "money": bonus.money,
        "reason": bonus.reason, "state": bonus.state(), "payment": bonus.payment,
        "cancelled": bonus.cancelled.as_ref().map(|cancelled| &cancelled.reason),
    });
    tx.audit(format!("account:{}", bonus.account), detail);
    tx.emit(&BonusChanged::from(bonus))
}
