//! Persons and the identities that platforms know them by.

mod read;

pub(crate) use read::person;
pub use read::{Identity, Person, identities_of, persons_by_id};
