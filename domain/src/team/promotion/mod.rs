//! Who is ready to rise in rank, and why: the system proposes, an owner decides (M16, M20).

mod consider;
mod dossier;
mod gate;
mod judge;
#[cfg(test)]
mod tests;

pub use consider::{ConsiderPromotion, ConsiderPromotionRefusal, PromotionPort};
pub use dossier::{Complaints, Dossier, Evidence, MonthOfWork, TrainingCount};
pub use gate::{Gate, GateKind, GateState};
pub use judge::{is_ready, judge};
