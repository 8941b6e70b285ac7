//! A living demo organization: generated rows through the same door as real ones.

mod fill;
mod generate;
mod team;

pub use fill::{Demo, EMAIL, FIRST_QUERY, PASSWORD, SLUG, fill};
