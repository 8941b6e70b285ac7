//! The one place that reads database errors.

use qun_domain::fault::Fault;
use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};

/// A fault out of a database error, for `map_err`.
///
/// Serialization failures, deadlocks, a busy SQLite and unique violations are
/// retryable: run again, the transaction sees the row that was in its way and
/// refuses properly. So is a connection that is lost: what was not committed is undone.
pub(crate) fn fault(context: &'static str) -> impl FnOnce(DbErr) -> Fault {
    move |error| {
        let again = may_pass_next_time(&error) || is_lost(&error);
        let fault = Fault::from_error(context, error);
        if again { fault.retryable() } else { fault }
    }
}

/// A fault out of an error of a commit. If the connection was lost, nobody knows whether it was
/// done: it is retryable only for who `knows_again` what was done.
pub(crate) fn commit_fault(context: &'static str, knows_again: bool) -> impl FnOnce(DbErr) -> Fault {
    move |error| {
        let again = may_pass_next_time(&error) || (knows_again && is_lost(&error));
        let fault = Fault::from_error(context, error);
        if again { fault.retryable() } else { fault }
    }
}

fn may_pass_next_time(error: &DbErr) -> bool {
    if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
        return true;
    }
    let Some(code) = driver_error(error).and_then(code) else { return false };
    // Postgres: serialization failure, deadlock, lock not available. SQLite: BUSY and its kin, LOCKED.
    matches!(code.as_ref(), "40001" | "40P01" | "55P03" | "5" | "6" | "261" | "517" | "773")
}

/// How often is tried what a lost connection has left undone.
pub(crate) const TRIES: u32 = 3;

/// Whether the connection is gone, so that another one may do better. What was sent last may
/// have been done or not: only what changes nothing may simply be sent again.
pub(crate) fn is_lost(error: &DbErr) -> bool {
    match driver_error(error) {
        Some(SqlxError::Io(_)) => true,
        // The server is being shut down, crashed, or is starting.
        Some(error) => code(error).is_some_and(|code| code.starts_with("57P")),
        None => false,
    }
}

fn driver_error(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

fn code(error: &SqlxError) -> Option<std::borrow::Cow<'_, str>> {
    error.as_database_error()?.code()
}
