//! How many work at a place, and for how many members: pure, from shares and a head count (M6, Q20).

mod model;
mod rules;
#[cfg(test)]
mod tests;

pub(in crate::team) use model::count;
pub use model::{HeadCount, Post, Staffing, StaffingGap, StaffingWarning, whole};
pub use rules::staffing;
