//! Bonuses: what is proposed, granted and paid (M23). Qun records them; payment is outside.

mod grant;
mod model;
mod port;
mod settle;
mod suggestion;
#[cfg(test)]
mod tests;

pub use grant::{GrantBonus, GrantBonusRefusal};
pub use model::{Bonus, BonusChanged, BonusState, Payment, PaymentReference};
pub use port::BonusPort;
pub use settle::{CancelBonus, CancelBonusRefusal, RecordBonusPayment, RecordBonusPaymentRefusal};
pub use suggestion::{BonusPart, BonusSuggestion, KpiKind, suggest};
