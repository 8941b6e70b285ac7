use super::Finding;
use super::finding::counted;
use crate::db::{Plain, SchemaState};

const CHECK: &str = "migrations";

/// Whether the tables are those of this version.
pub(super) async fn examine(conn: &mut Plain) -> (Vec<Finding>, bool) {
    let state = match SchemaState::read(conn).await {
        Ok(state) => state,
        Err(error) => {
            let why = format!("the table of migrations cannot be read: {error}");
            return (vec![Finding::problem(CHECK, why, "Give the log-in the role qun_owner.")], false);
        }
    };
    let number = |all: usize| counted(i64::try_from(all).unwrap_or(i64::MAX), "migration");
    let finding = if !state.unknown.is_empty() {
        Finding::problem(
            CHECK,
            format_args!("the database is newer than this binary: {}", state.unknown.join(", ")),
            "Run the version that migrated it, or a later one.",
        )
    } else if state.is_fresh() {
        Finding::ok(CHECK, "nothing is migrated yet; `qun serve` does it")
    } else if !state.pending.is_empty() {
        Finding::warning(
            CHECK,
            format_args!("{} to run: {}", number(state.pending.len()), state.pending.join(", ")),
            "Back up, then start the server or run `qun migrate`.",
        )
    } else {
        Finding::ok(CHECK, format_args!("up to date, {}", number(state.applied)))
    };
    (vec![finding], state.is_current())
}
