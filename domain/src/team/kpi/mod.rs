//! The figures of a member: pure, from facts, policy and period (M13 to M15).

mod figures;
mod period;
mod tally;
#[cfg(test)]
mod tests;
mod wilson;

pub(in crate::team) use figures::satisfaction;
pub use figures::{Figure, Gap, Kpis, Seen, kpis};
pub use period::Period;
pub use tally::{Counted, Tally};
pub use wilson::{Interval, wilson};
