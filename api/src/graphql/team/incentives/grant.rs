//! Granting bonuses, and what becomes of them.

use async_graphql::{Context, ID, InputObject, Object};
use qun_domain::id::BonusId;
use qun_domain::money::Money;
use qun_domain::team::{
    CancelBonus, CancelBonusRefusal, GrantBonus, GrantBonusRefusal, RecordBonusPayment,
    RecordBonusPaymentRefusal,
};

use super::super::mutation::reason;
use super::bonus::BonusObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled_or_proposed};
use crate::graphql::node::NodeId;
use crate::graphql::proposable::proposable;
use crate::graphql::scalars::{Date, Month};
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Who is granted a bonus, and how much.
#[derive(InputObject)]
struct GrantBonusInput {
    /// The global id of the account, or of the member.
    account: ID,
    /// For which month, in the zone of the organization: this one, or one before it.
    month: Month,
    /// By what it is known again, 1 to 60 lower-case letters, digits and hyphens: a member has one
    /// bonus for a month and a key.
    key: String,
    /// How much, 1 to 1,000,000,000 minor units of the currency: fen, cents, or whole yen.
    minor_units: i32,
    /// The currency, by its code of ISO 4217, such as `CNY`.
    currency: String,
    /// What for, 1 to 500 characters.
    reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// How a bonus was paid, outside.
#[derive(InputObject)]
struct RecordBonusPaymentInput {
    /// The global id of the bonus.
    bonus: ID,
    /// On which day, in the zone of the organization: within its month or after it, and not after
    /// today.
    day: Date,
    /// By what the payment is found outside, such as a number of a transfer, 1 to 200 characters.
    reference: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A bonus to cancel.
#[derive(InputObject)]
struct CancelBonusInput {
    /// The global id of the bonus.
    bonus: ID,
    /// Why, 1 to 500 characters.
    reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

proposable! {
    /// What came of granting a bonus.
    GrantBonusPayload {
        /// The bonus; null when nothing was done.
        bonus: BonusObject,
    }
    /// What came of recording the payment of a bonus.
    RecordBonusPaymentPayload {
        /// The bonus as it is now; null when nothing was done.
        bonus: BonusObject,
    }
    /// What came of cancelling a bonus.
    CancelBonusPayload {
        /// The bonus as it is now; null when nothing was done.
        bonus: BonusObject,
    }
}

fn bonus(id: &ID) -> Option<BonusId> {
    match NodeId::read(id) {
        Some(NodeId::Bonus(id)) => Some(id),
        _ => None,
    }
}

/// What the input asks for, or what is wrong with it.
fn granted(asked: &Asked, input: &GrantBonusInput) -> Result<GrantBonus, UserError> {
    let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
    let currency = input.currency.parse().map_err(|_| refusal(Code::InvalidCurrency, "currency"))?;
    let money = Money::new(input.minor_units.into(), currency);
    Ok(GrantBonus {
        account: NodeId::account(&input.account).ok_or_else(|| refusal(Code::NotFound, "account"))?,
        month: input.month.0,
        key: input.key.parse().map_err(|_| refusal(Code::InvalidKey, "key"))?,
        money: money.map_err(|_| refusal(Code::InvalidAmount, "minorUnits"))?,
        reason: reason(asked, &input.reason)?,
    })
}

#[derive(Default)]
pub(in crate::graphql) struct BonusMutation;

#[Object]
impl BonusMutation {
    /// Grants somebody else a bonus for a month. It is only recorded: payment is outside. The same
    /// once more is the one that is there. Needs the capability `MANAGE_TEAM`.
    async fn grant_bonus(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, how much and what for.")] input: GrantBonusInput,
    ) -> Result<GrantBonusPayload, Problem> {
        let asked = Asked::to_run::<GrantBonus>(ctx, input.idempotency_key.as_deref())?;
        let command = match granted(&asked, &input) {
            Ok(command) => command,
            Err(error) => return Ok(error.into()),
        };
        let tell = |why| {
            let (code, key) = match why {
                GrantBonusRefusal::NoSuchMember => (Code::NotFound, "account"),
                GrantBonusRefusal::OwnCase => (Code::OwnCase, "account"),
                GrantBonusRefusal::MonthAhead => (Code::MonthAhead, "month"),
                GrantBonusRefusal::GrantedOtherwise => (Code::BonusGrantedOtherwise, "key"),
            };
            vec![asked.refusal(code, &["input", key])]
        };
        match settled_or_proposed(asked.execute(command).await?, tell)? {
            Ok(id) => Ok(GrantBonusPayload { bonus: asked.bonus(id).await?, ..Default::default() }),
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Records that a bonus of somebody else was paid, outside. The same once more changes nothing.
    /// Needs the capability `MANAGE_TEAM`.
    async fn record_bonus_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, when, and by what it is found.")] input: RecordBonusPaymentInput,
    ) -> Result<RecordBonusPaymentPayload, Problem> {
        let asked = Asked::to_run::<RecordBonusPayment>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
        let refused = |code, key: &str| Ok(refusal(code, key).into());
        let Some(bonus) = bonus(&input.bonus) else { return refused(Code::NotFound, "bonus") };
        let Ok(reference) = input.reference.parse() else { return refused(Code::InvalidText, "reference") };
        let tell = |why| {
            vec![match why {
                RecordBonusPaymentRefusal::NoSuchBonus => refusal(Code::NotFound, "bonus"),
                RecordBonusPaymentRefusal::OwnCase => refusal(Code::OwnCase, "bonus"),
                RecordBonusPaymentRefusal::Cancelled => refusal(Code::BonusCancelled, "bonus"),
                RecordBonusPaymentRefusal::PaidOtherwise => refusal(Code::BonusPaid, "bonus"),
                RecordBonusPaymentRefusal::BadDay => refusal(Code::InvalidPaymentDay, "day"),
            }]
        };
        let command = RecordBonusPayment { bonus, day: input.day.0, reference };
        match settled_or_proposed(asked.execute(command).await?, tell)? {
            Ok(id) => Ok(RecordBonusPaymentPayload { bonus: asked.bonus(id).await?, ..Default::default() }),
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Cancels a bonus of somebody else that was not paid. Needs the capability `MANAGE_TEAM`.
    async fn cancel_bonus(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: CancelBonusInput,
    ) -> Result<CancelBonusPayload, Problem> {
        let asked = Asked::to_run::<CancelBonus>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
        let refused = |code, key: &str| Ok(refusal(code, key).into());
        let Some(bonus) = bonus(&input.bonus) else { return refused(Code::NotFound, "bonus") };
        let reason = match reason(&asked, &input.reason) {
            Ok(reason) => reason,
            Err(error) => return Ok(error.into()),
        };
        let tell = |why| {
            vec![match why {
                CancelBonusRefusal::NoSuchBonus => refusal(Code::NotFound, "bonus"),
                CancelBonusRefusal::OwnCase => refusal(Code::OwnCase, "bonus"),
                CancelBonusRefusal::Paid => refusal(Code::BonusPaid, "bonus"),
            }]
        };
        match settled_or_proposed(asked.execute(CancelBonus { bonus, reason }).await?, tell)? {
            Ok(id) => Ok(CancelBonusPayload { bonus: asked.bonus(id).await?, ..Default::default() }),
            Err(undone) => Ok(undone.into()),
        }
    }
}
