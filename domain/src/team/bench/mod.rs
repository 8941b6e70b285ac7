//! Who stands ready to take a group over (M26): pure, from assignments.

mod rules;
#[cfg(test)]
mod tests;

pub use rules::{Bench, bench};
