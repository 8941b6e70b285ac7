//! Keeping what was recorded in order: forgetting texts, checking roll-ups.

mod forget_texts;
mod port;
mod recompute;

pub use forget_texts::{ForgetTexts, ForgetTextsRefusal, Forgotten};
pub use port::{RawDay, UpkeepPort};
pub use recompute::{Recompute, RecomputeRefusal, Recomputed};
