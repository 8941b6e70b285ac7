//! What may be wrong with an installation, found without changing it: no migration is run,
//! no file made, no key written.

mod books;
mod clock;
mod finding;
mod postgres;
mod redis;
mod schema;
mod sqlite;
mod walls;

pub use self::redis::examine_redis;
pub use finding::{Finding, Level};
use sea_orm::DbErr;

use crate::clock::Clock;
use crate::db::is_sqlite;

/// Looks the database of `url` over, in the order in which one would ask.
pub async fn examine_database(url: &str, now: &Clock) -> Vec<Finding> {
    if is_sqlite(url) { sqlite::examine(url, now).await } else { postgres::examine(url, now).await }
}

/// A check that could not be made is a problem of its own.
fn or_broken(check: &'static str, outcome: Result<Vec<Finding>, DbErr>) -> Vec<Finding> {
    outcome.unwrap_or_else(|error| {
        vec![Finding::problem(check, format_args!("this could not be looked at: {error}"), "See the reason.")]
    })
}
