//! The one place that reads database errors.

use qun_domain::fault::Fault;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// A fault out of a database error, for `map_err`.
///
/// Serialization failures, deadlocks, a busy SQLite and unique violations are
/// retryable: run again, the transaction sees the row that was in its way and
/// refuses properly.
pub(crate) fn fault(context: &'static str) -> impl FnOnce(DbErr) -> Fault {
    move |error| {
        let again = may_pass_next_time(&error);
        let fault = Fault::from_error(context, error);
        if again { fault.retryable() } else { fault }
    }
}

fn may_pass_next_time(error: &DbErr) -> bool {
    if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
        return true;
    }
    let (DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))
    | DbErr::Conn(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let Some(code) = error.as_database_error().and_then(sea_orm::sqlx::error::DatabaseError::code) else {
        return false;
    };
    // Postgres: serialization failure, deadlock, lock not available. SQLite: BUSY and its kin, LOCKED.
    matches!(code.as_ref(), "40001" | "40P01" | "55P03" | "5" | "6" | "261" | "517" | "773")
}
