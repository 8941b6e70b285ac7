mod evaluate_week;
mod pin_tier;
mod unpin_tier;

pub use evaluate_week::{EvaluateWeek, EvaluateWeekRefusal, EvaluatedWeek, WeekOutcome};
pub use pin_tier::{PinTier, PinTierRefusal};
pub use unpin_tier::{UnpinTier, UnpinTierRefusal};
