//! Interactions going in, and what is counted of them.

mod input;
mod mutation;
mod object;

pub(super) use mutation::ActivityMutation;
pub(super) use object::{GroupDayObject, days_between, days_cost};
