//! What was measured, as a table and as JSON.

use std::fmt::Write;

use serde::Serialize;

/// One figure beside what the machine could do at best.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The name of the figure, `write.ingest`.
    pub(crate) id: &'static str,
    /// What Qun did.
    pub(crate) ours: f64,
    /// What the machine can do.
    pub(crate) limit: f64,
    /// The unit of both.
    pub(crate) unit: &'static str,
    /// How close Qun comes: 1 is the limit itself.
    pub(crate) ratio: f64,
    /// The ratio that is asked for.
    pub(crate) target: f64,
    /// Whether it is reached.
    pub(crate) met: bool,
    /// How it was measured, and what stands beside it.
    pub(crate) note: String,
}

impl Row {
    /// A figure of which more is better.
    pub(crate) fn rate(
        id: &'static str,
        unit: &'static str,
        ours: f64,
        limit: f64,
        target: f64,
        note: String,
    ) -> Self {
        let ratio = ours / limit;
        Self { id, ours, limit, unit, ratio, target, met: ratio >= target, note }
    }

    /// A figure of which less is better.
    pub(crate) fn cost(
        id: &'static str,
        unit: &'static str,
        ours: f64,
        limit: f64,
        target: f64,
        note: String,
    ) -> Self {
        let ratio = limit / ours;
        Self { id, ours, limit, unit, ratio, target, met: ratio >= target, note }
    }
}

/// The rows for a terminal.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = format!(
        "{:<18} {:>12} {:>12} {:<8} {:>6} {:>7}  met\n",
        "id", "ours", "limit", "unit", "ratio", "target"
    );
    for row in rows {
        let met = if row.met { "yes" } else { "NO" };
        let (ours, limit) = (short(row.ours), short(row.limit));
        let _ = writeln!(
            text,
            "{:<18} {ours:>12} {limit:>12} {:<8} {:>6.2} {:>7.2}  {met}",
            row.id, row.unit, row.ratio, row.target
        );
    }
    for row in rows {
        let _ = write!(text, "\n{}: {}\n", row.id, row.note);
    }
    text
}

fn short(figure: f64) -> String {
    if figure < 100.0 { format!("{figure:.2}") } else { format!("{figure:.0}") }
}
