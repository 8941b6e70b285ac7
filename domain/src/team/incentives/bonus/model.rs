use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::Withdrawal;
use crate::codes::coded;
use crate::event::DomainEvent;
use crate::id::{AccountId, BonusId};
use crate::money::Money;
use crate::month::Month;
use crate::text::Line;
use crate::time::Timestamp;

/// By what a payment is found outside, such as a number of a transfer.
pub type PaymentReference = Line<200>;

coded! {
    /// How far a bonus has come. One that is proposed is a proposal yet.
    pub enum BonusState {
        /// It is to be paid.
        Granted = "GRANTED",
        /// It was paid, outside.
        Paid = "PAID",
        /// It is not to be paid any more.
        Cancelled = "CANCELLED",
    }
}

/// A bonus of a member for a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bonus {
    /// Its id.
    pub id: BonusId,
    /// Whose.
    pub account: AccountId,
    /// For which month.
    pub month: Month,
    /// By what it is known again: a member has one for a month and a key.
    pub key: String,
    /// How much.
    pub money: Money,
    /// What for.
    pub reason: String,
    /// Who granted it, as the audit log names actors.
    pub granted_by: String,
    /// When.
    pub granted_at: Timestamp,
    /// That it was paid.
    pub payment: Option<Payment>,
    /// That it was cancelled.
    pub cancelled: Option<Withdrawal>,
}

impl Bonus {
    /// How far it has come.
    pub const fn state(&self) -> BonusState {
        match (&self.cancelled, &self.payment) {
            (Some(_), _) => BonusState::Cancelled,
            (None, Some(_)) => BonusState::Paid,
            (None, None) => BonusState::Granted,
        }
    }
}

/// That a bonus was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// On which day, in the zone of the organization.
    pub day: NaiveDate,
    /// By what it is found outside.
    pub reference: String,
    /// Who recorded it, as the audit log names actors.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// What others may hear of a bonus: how far it has come, and never how much it is.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BonusChanged {
    /// The bonus.
    pub bonus: BonusId,
    /// Whose.
    pub account: AccountId,
    /// How far it has come.
    pub state: BonusState,
}

impl From<&Bonus> for BonusChanged {
    fn from(bonus: &Bonus) -> Self {
        Self { bonus: bonus.id, account: bonus.account, state: bonus.state() }
    }
}

impl DomainEvent for BonusChanged {
    fn name(&self) -> &'static str {
        "team.bonus_changed"
    }

    fn aggregate(&self) -> String {
        format!("account:{}", self.account)
    }
}
