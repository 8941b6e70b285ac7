use metrics::{counter, describe_counter};
use qun_domain::activity::Recorded;

const ROWS: &str = "qun_interactions_total";

/// Explains the metric of rows, and begins it.
pub fn describe_metrics() {
    describe_counter!(ROWS, "Rows of interactions that came in, by what became of them");
    for outcome in ["accepted", "duplicate", "conflict", "refused"] {
        counter!(ROWS, "outcome" => outcome).increment(0);
    }
}

/// Counts rows that were recorded or not; `more` were refused before.
pub fn count_rows(recorded: &Recorded, more: u64) {
    let conflicts = recorded.conflicts() as u64;
    let refused = recorded.rejected.len() as u64 - conflicts + more;
    for (outcome, rows) in [
        ("accepted", recorded.accepted),
        ("duplicate", recorded.duplicates),
        ("conflict", conflicts),
        ("refused", refused),
    ] {
        counter!(ROWS, "outcome" => outcome).increment(rows);
    }
}
