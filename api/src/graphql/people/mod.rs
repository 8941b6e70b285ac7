//! Persons and their identities.

mod object;
mod query;

pub(super) use object::PersonObject;
pub(super) use query::PeopleQuery;
