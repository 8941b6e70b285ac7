//! The three walls between tenants, each proven alone (DESIGN, section 3).

mod catalogue;
mod constraints;
mod doors;
mod foreign_ids;
mod foreign_keys;
mod lanes;
mod matrix;
mod roles;
mod row_security;
mod tenants;

pub(crate) use tenants::two;
