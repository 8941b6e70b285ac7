use std::future::Future;

use chrono::NaiveDate;

use super::super::CalendarPort;
use super::{Bonus, GrantBonus, PaymentReference};
use crate::access::Reason;
use crate::fault::Fault;
use crate::id::BonusId;

/// The bonuses of members.
pub trait BonusPort: CalendarPort {
    /// A bonus, held until the commit.
    fn bonus(&mut self, id: BonusId) -> impl Future<Output = Result<Option<Bonus>, Fault>> + Send;

    /// The bonus of a member that is held for the same month and key, unless it was cancelled.
    fn bonus_like(&mut self, new: &GrantBonus) -> impl Future<Output = Result<Option<Bonus>, Fault>> + Send;

    /// Adds a bonus.
    fn add_bonus(&mut self, new: &GrantBonus) -> impl Future<Output = Result<Bonus, Fault>> + Send;

    /// Writes that a bonus that is held was paid.
    fn pay_bonus(
        &mut self,
        bonus: Bonus,
        day: NaiveDate,
        reference: &PaymentReference,
    ) -> impl Future<Output = Result<Bonus, Fault>> + Send;

    /// Cancels a bonus that is held.
    fn cancel_bonus(
        &mut self,
        bonus: Bonus,
        reason: &Reason,
    ) -> impl Future<Output = Result<Bonus, Fault>> + Send;
}
